using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Engine;
using Ordo.Sync.Observability.Tests.Hosting;

namespace Ordo.Sync.Observability.Tests;

public sealed class LogTests : IDisposable
{
    private const string Secret = "what-nobody-may-read";

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task No_log_shows_what_records_hold()
    {
        var log = new Collector();
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"), builder => Collect(builder.Logging, log));
        foreach (string file in new[] { "one.db", "other.db" })
        {
            // Both write the same record: a conflict is talked about too.
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
            Collect(builder.Logging, log);
            builder.Services.AddOrdoSync(sync =>
            {
                sync.UseSqlite($"Data Source={_folder.File(file)}");
                sync.UseHttp(hub.Address);
                sync.Collection<Note>("notes", c => c.Strategy(Conflicts.ConflictStrategy.AcademicRecord));
                sync.Subscribe(ObservedDevice.ScopeName);
            });
            using IHost host = builder.Build();
            ISyncEngine engine = host.Services.GetRequiredService<ISyncEngine>();
            await host.StartAsync();
            await engine.Scope(ObservedDevice.ScopeName).Collection<Note>("notes")
                .PutAsync("1", new Note { Text = $"{Secret} {file}" });
            await engine.SyncAsync();
            await engine.SyncAsync();
            await host.StopAsync();
        }

        Assert.Contains(log.Lines, line => line.Contains("push answered", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static void Collect(ILoggingBuilder logging, Collector log) => logging
        .ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);

    private sealed class Collector : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = [];

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
