# Redmine's own config.ru, with a log of the requests at LOG in front of it.
class LogRequests
  def initialize(app)
    @app = app
    @log = File.open(ENV.fetch('LOG'), 'a').tap { |file| file.sync = true }
  end

  def call(env)
    @log.write("#{env['REQUEST_METHOD']} #{env['REQUEST_URI']} " \
               "cookies=#{env['HTTP_COOKIE'] || '-'} agent=#{env['HTTP_USER_AGENT'] || '-'}\n")
    @app.call(env)
  end
end

use LogRequests
instance_eval File.read('config.ru'), File.expand_path('config.ru')
