# Makes Redmine's database and its people: PEOPLE is a JSON file.
# Mails about what is made here are tried at once: in threads of their own they
# would hold the database's lock against it.
ActiveJob::Base.queue_adapter = :inline

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

# A project for everybody, with something on each of its pages. All of it is
# old, so that no page says how many minutes ago that was.
Redmine::DefaultData::Loader.load('en', workflow: false)
alice = User.find_by_login('alice')
alice.rss_key
garden = Project.create!(name: 'Garden & Höfe', identifier: 'garden', is_public: true, trackers: Tracker.all,
                         enabled_module_names: %w[issue_tracking wiki news boards calendar gantt documents])
Member.create!(project: garden, principal: alice, roles: [Role.givable.first])
alice.pref[:recently_used_project_ids] = garden.id.to_s # as it is once the page was seen
alice.pref.save!
old = Time.utc(2020, 2, 3, 4, 5)
12.times do |i|
  Issue.create!(project: garden, tracker: Tracker.first, author: alice, subject: "Fern #{i} <wilts> & \"droops\"", description: "h2. Soil\n\n* wet\n* *dry*",
                status: IssueStatus.first, priority: IssuePriority.first, start_date: old.to_date)
end
News.create!(project: garden, author: alice, title: 'Spring', description: 'It is here.')
wiki = garden.wiki || Wiki.create!(project: garden, start_page: 'Wiki')
%w[Wiki Soil Water].each do |title|
  page = WikiPage.new(wiki: wiki, title: title)
  page.content = WikiContent.new(page: page, author: alice, text: "h1. #{title}\n\nSee [[Soil]] and [[Water]], or #1.")
  page.save!
end
[Issue, Project, Token].each { |kind| kind.update_all(created_on: old, updated_on: old) }
[News, User, WikiPage].each { |kind| kind.update_all(created_on: old) }
[WikiContent, WikiContentVersion].each { |kind| kind.update_all(updated_on: old) }
