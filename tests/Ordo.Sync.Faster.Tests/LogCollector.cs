using Microsoft.Extensions.Logging;

namespace Ordo.Sync.Faster.Tests;

/// <summary>Keeps the ids of what a store logged.</summary>
internal sealed class LogCollector : ILogger
{
    public List<int> Events { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (Events)
        {
            Events.Add(eventId.Id);
        }
    }
}
