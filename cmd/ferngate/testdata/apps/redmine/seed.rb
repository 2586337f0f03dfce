# Makes Redmine's database and its people: PEOPLE is a JSON file.
ActiveRecord::Migration.verbose = false
ActiveRecord::Base.connection.migration_context.migrate
ActiveRecord::Base.descendants.each(&:reset_column_information)

JSON.parse(File.read(ENV.fetch('PEOPLE'))).each do |person|
  user = User.new(firstname: person['first'], lastname: person['last'], mail: person['email'], language: 'en')
  user.id = person['id']
  user.login = person['login']
  user.password = user.password_confirmation = person['password']
  user.save!
end
