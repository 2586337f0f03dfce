# Ends all sessions that the database at DATABASE knows.
require 'sqlite3'
database = SQLite3::Database.new(ENV.fetch('DATABASE'))
database.busy_timeout = 20_000
database.execute("delete from tokens where action = 'session'")
