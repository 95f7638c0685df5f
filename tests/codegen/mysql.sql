CREATE TABLE users (
    id int unsigned NOT NULL AUTO_INCREMENT,
    `type` varchar(20) NOT NULL DEFAULT 'plain' COMMENT 'How it "is"',
    state enum('new', 'in transit', 'it''s') NOT NULL DEFAULT 'in transit',
    flags set('a', 'b') DEFAULT NULL,
    active tinyint(1) NOT NULL DEFAULT '1',
    ratio decimal(10, 2) NOT NULL DEFAULT 1.50,
    born date DEFAULT NULL,
    created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
    changed_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
    body longtext,
    note text CHARACTER SET latin1,
    hash binary(16) DEFAULT NULL,
    double_ratio decimal(12, 2) GENERATED ALWAYS AS (ratio * 2) STORED,
    `year` year DEFAULT NULL,
    settings json DEFAULT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY users_type_key (`type`),
    UNIQUE KEY by_state (state, active),
    KEY body_start (body(20) DESC),
    KEY users_born_idx (born) COMMENT 'birthdays',
    FULLTEXT KEY words (note),
    CONSTRAINT positive CHECK (ratio >= 0)
) ENGINE=InnoDB AUTO_INCREMENT=100 COMMENT='Who logs in';
CREATE TABLE OrderLines (
    orderId bigint NOT NULL,
    lineNo int NOT NULL,
    userId int unsigned DEFAULT NULL,
    otherId int unsigned DEFAULT NULL,
    PRIMARY KEY (orderId, lineNo),
    CONSTRAINT of_user FOREIGN KEY (userId) REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT of_other FOREIGN KEY (otherId) REFERENCES users (id) ON DELETE NO ACTION ON UPDATE RESTRICT
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC;
CREATE TABLE events (id int NOT NULL, at date NOT NULL) PARTITION BY HASH (id) PARTITIONS 4;
CREATE VIEW active_users AS SELECT id, `type` FROM users WHERE active = 1 WITH LOCAL CHECK OPTION;
DELIMITER //
CREATE TRIGGER first_of_two BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.active = 1; END //
CREATE TRIGGER second_of_two BEFORE INSERT ON users FOR EACH ROW SET NEW.ratio = 2 //
CREATE PROCEDURE nothing(IN n int) BEGIN SELECT n; END //
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2 //
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2025-01-01 00:00:00' DISABLE DO DELETE FROM events //
DELIMITER ;
