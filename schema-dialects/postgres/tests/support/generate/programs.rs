//! Routines, views, triggers, rules and policies.

use super::Script;

impl Script<'_> {
    /// What tables use.
    pub(super) fn early_routines(&mut self) {
        let choices = self.choices;
        let body = choices.pick("f_pure", &["SELECT $1 * 2", "SELECT $1 + 1"]);
        let attributes = choices.maybe("f_pure.attributes", &[" STRICT", " COST 5", " PARALLEL SAFE"]);
        self.say(format!(
            "CREATE FUNCTION app.f_pure(a integer) RETURNS integer LANGUAGE sql IMMUTABLE{attributes} AS $$ {body} $$"
        ));
        self.comment("f_pure", "FUNCTION app.f_pure(integer)");
        let name = choices.pick("f_text.argument", &["t", "word"]);
        self.say(format!(
            "CREATE FUNCTION app.f_text({name} text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper($1) $$"
        ));
        let default = choices.pick("f_default", &["", " DEFAULT 1"]);
        self.say(format!(
            "CREATE FUNCTION app.f_default(a integer{default}) RETURNS integer LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN a; END $$"
        ));
        let value = choices.pick("f_trigger", &["1", "2"]);
        let settings = choices
            .maybe("f_trigger.settings", &[" SET search_path TO 'app', 'public'", " SECURITY DEFINER"]);
        self.say(format!(
            "CREATE FUNCTION app.f_trigger() RETURNS trigger LANGUAGE plpgsql{settings} AS $$ BEGIN -- {value}\n RETURN NEW; END $$"
        ));
    }

    /// What uses tables.
    pub(super) fn late_routines(&mut self) {
        let choices = self.choices;
        for (name, arguments) in [("a integer", "integer"), ("a text", "text")] {
            if choices.one_in(&format!("f_over.{arguments}"), 2) {
                let result = choices.pick(&format!("f_over.{arguments}.result"), &["integer", "bigint"]);
                self.say(format!(
                    "CREATE FUNCTION public.f_over({name}) RETURNS {result} LANGUAGE sql AS $$ SELECT 1::{result} $$"
                ));
                self.comment(&format!("f_over.{arguments}"), &format!("FUNCTION public.f_over({arguments})"));
            }
        }
        if choices.one_in("procedure", 2) {
            let argument =
                choices.pick("procedure.argument", &["a integer", "INOUT a integer", "a integer DEFAULT 5"]);
            self.say(format!(
                "CREATE PROCEDURE app.\"Do It\"({argument}) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$"
            ));
        }
        if choices.one_in("aggregate", 2) {
            let initial = choices.pick("aggregate.initial", &["0", "1"]);
            self.say(format!(
                "CREATE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '{initial}')"
            ));
            self.comment("aggregate", "AGGREGATE app.total(integer)");
        }
        if let Some(table) = self.tables.first().cloned() {
            if choices.one_in("f_rows", 3) {
                self.say(format!(
                    "CREATE FUNCTION app.f_rows() RETURNS SETOF {0} LANGUAGE sql STABLE ROWS 10 AS $$ SELECT * FROM {0} $$",
                    table.name
                ));
            }
            if choices.one_in("f_atomic", 3) {
                let count = choices.pick("f_atomic.what", &["count(*)", "max(id)"]);
                self.say(format!(
                    "CREATE FUNCTION app.f_atomic() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT {count} FROM {}; END",
                    table.name
                ));
            }
        }
    }

    pub(super) fn views(&mut self) {
        let choices = self.choices;
        for table in self.tables.clone() {
            let k = |part: &str| format!("{}.{part}", table.key);
            let column = &table.columns[choices.below(&k("view.column"), table.columns.len())];
            let other = match choices.below(&k("view.how"), 4) {
                0 => format!("{} IS NULL", column.name),
                _ => column.name.clone(),
            };
            let view = format!("app.v_{}", table.key);
            if choices.one_in(&k("view"), 2) {
                let mut options = Vec::new();
                if choices.one_in(&k("view.barrier"), 4) {
                    options.push("security_barrier='true'");
                }
                if choices.version >= 15 && choices.one_in(&k("view.invoker"), 4) {
                    options.push("security_invoker='true'");
                }
                let with = if options.is_empty() {
                    String::new()
                } else {
                    format!(" WITH ({})", options.join(", "))
                };
                let check = choices
                    .maybe(&k("view.check"), &[" WITH CASCADED CHECK OPTION", " WITH LOCAL CHECK OPTION"]);
                let names = choices.pick(&k("view.names"), &["(id, other)", "(id, \"Other\")"]);
                self.say(format!(
                    "CREATE VIEW {view}{names}{with} AS SELECT id, {other} FROM {} WHERE id > 0{check}",
                    table.name
                ));
                self.comment(&k("view"), &format!("VIEW {view}"));
                self.comment(&k("view.id"), &format!("COLUMN {view}.id"));
                if choices.one_in(&k("view.default"), 4) {
                    self.say(format!("ALTER VIEW {view} ALTER COLUMN id SET DEFAULT 5"));
                }
                if choices.one_in(&k("view.view"), 2) {
                    let function = choices.pick(&k("view.view.what"), &["x.id", "app.f_pure(x.id::integer)"]);
                    self.say(format!(
                        "CREATE VIEW public.w_{} AS SELECT {function} AS n, x.* FROM {view} x JOIN {} y ON x.id = y.id",
                        table.key, table.name
                    ));
                }
            }
            if choices.one_in(&k("matview"), 4) {
                let data = choices.maybe(&k("matview.data"), &[" WITH NO DATA"]);
                let with = choices.maybe(&k("matview.with"), &[" WITH (fillfactor='70')"]);
                self.say(format!(
                    "CREATE MATERIALIZED VIEW app.m_{}{with} AS SELECT id, {other} AS other FROM {}{data}",
                    table.key, table.name
                ));
                if choices.one_in(&k("matview.index"), 2) {
                    let unique = choices.maybe(&k("matview.unique"), &["UNIQUE "]);
                    self.say(format!("CREATE {unique}INDEX m_{0}_id ON app.m_{0} (id)", table.key));
                }
                self.comment(&k("matview"), &format!("MATERIALIZED VIEW app.m_{}", table.key));
                if choices.one_in(&k("matview.view"), 3) {
                    self.say(format!(
                        "CREATE VIEW app.vm_{0} AS SELECT count(*) AS n FROM app.m_{0}",
                        table.key
                    ));
                }
            }
        }
    }

    pub(super) fn triggers(&mut self) {
        let choices = self.choices;
        for table in self.tables.clone() {
            for number in 0..3 {
                let k = |part: &str| format!("{}.g{number}.{part}", table.key);
                if !choices.one_in(&k("there"), 4) {
                    continue;
                }
                let name = format!("{}_g{number}", table.key);
                let column = &table.columns[choices.below(&k("column"), table.columns.len())].name;
                let call = "EXECUTE FUNCTION app.f_trigger";
                let on = &table.name;
                let statement = match choices.below(&k("kind"), 5) {
                    0 => format!("CREATE TRIGGER {name} BEFORE INSERT ON {on} FOR EACH ROW {call}()"),
                    1 => format!(
                        "CREATE TRIGGER {name} AFTER UPDATE OF {column} ON {on} FOR EACH ROW WHEN (NEW.id > 0) {call}('it''s')"
                    ),
                    2 => format!(
                        "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR DELETE ON {on} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {call}()"
                    ),
                    3 => format!(
                        "CREATE TRIGGER {name} AFTER INSERT ON {on} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT {call}()"
                    ),
                    _ => format!(
                        "CREATE TRIGGER {name} BEFORE DELETE OR UPDATE ON {on} FOR EACH STATEMENT {call}()"
                    ),
                };
                self.say(statement);
                let state = choices.maybe(&k("state"), &["DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"]);
                if !state.is_empty() {
                    self.say(format!("ALTER TABLE {on} {state} TRIGGER {name}"));
                }
                self.comment(&k("c"), &format!("TRIGGER {name} ON {on}"));
            }
            let k = |part: &str| format!("{}.rule.{part}", table.key);
            if choices.one_in(&k("there"), 8) {
                let event = choices.pick(&k("event"), &["INSERT", "DELETE"]);
                self.say(format!(
                    "CREATE RULE {}_rule AS ON {event} TO {} DO ALSO NOTHING",
                    table.key, table.name
                ));
                self.comment(&k("c"), &format!("RULE {}_rule ON {}", table.key, table.name));
            }
        }
        if choices.one_in("event", 6) {
            let when = choices.pick("event.when", &["ddl_command_end", "sql_drop"]);
            self.say(
                "CREATE FUNCTION app.f_event() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$",
            );
            self.say(format!("CREATE EVENT TRIGGER gp_event ON {when} EXECUTE FUNCTION app.f_event()"));
        }
    }

    pub(super) fn policies(&mut self) {
        let choices = self.choices;
        for table in self.tables.clone() {
            let k = |part: &str| format!("{}.policy.{part}", table.key);
            let state =
                choices.maybe(&k("state"), &["ENABLE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"]);
            if !state.is_empty() {
                self.say(format!("ALTER TABLE {} {state}", table.name));
            }
            for number in 0..2 {
                let k = |part: &str| format!("{}.policy{number}.{part}", table.key);
                if !choices.one_in(&k("there"), 4) {
                    continue;
                }
                let column = &table.columns[choices.below(&k("column"), table.columns.len())].name;
                let (command, condition) = match choices.below(&k("command"), 4) {
                    0 => ("FOR SELECT", format!("USING ({column} IS NOT NULL)")),
                    1 => ("FOR INSERT", "WITH CHECK (id > 0)".to_owned()),
                    2 => ("FOR ALL", format!("USING (id > 0) WITH CHECK ({column} IS NOT NULL)")),
                    _ => ("FOR UPDATE", "USING (app.f_pure(id::integer) > 0)".to_owned()),
                };
                let kind = choices.maybe(&k("kind"), &[" AS RESTRICTIVE"]);
                let role = choices
                    .pick(&k("role"), &["", " TO pg_read_all_data", " TO pg_monitor, pg_read_all_data"]);
                let name = format!("\"{} p{number}\"", table.key);
                self.say(format!("CREATE POLICY {name} ON {}{kind} {command}{role} {condition}", table.name));
                self.comment(&k("c"), &format!("POLICY {name} ON {}", table.name));
            }
        }
    }
}
