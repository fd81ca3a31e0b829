-- What users and chats have set, by name; the value is JSON. What the service itself goes by has columns in `users`, too.
CREATE TABLE settings (
    user_id BIGINT NOT NULL,
    name VARCHAR NOT NULL,
    value VARCHAR NOT NULL
);
