using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Ordo.Sync.AspNetCore;
using Ordo.Sync.Diagnostics;
using Ordo.Sync.Faster;
using Ordo.Sync.Http;
using Ordo.Sync.Observability.Tests.Hosting;
using Ordo.Sync.PostgreSql;
using Ordo.Sync.Sqlite;

namespace Ordo.Sync.Observability.Tests;

public sealed partial class DocumentationTests : IDisposable
{
    private static readonly Assembly[] Packages =
    [
        typeof(SyncTelemetry).Assembly, typeof(SqliteRecordStore).Assembly, typeof(FasterRecordStore).Assembly,
        typeof(PostgreSqlRecordStore).Assembly, typeof(HttpSyncTransport).Assembly, typeof(HubOptions).Assembly,
    ];

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task The_guide_lists_the_instruments_with_their_units_and_no_others()
    {
        var published = new SortedSet<string>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == SyncTelemetry.MeterName)
                {
                    lock (published)
                    {
                        published.Add($"{instrument.Name} {instrument.Unit}");
                    }
                }
            },
        };
        listener.Start();
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using var device = new ObservedDevice(_folder.File("device.db"), hub.Address);
        await device.Engine.SyncAsync();
        IEnumerable<string> documented = InstrumentRow().Matches(Guide())
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["unit"].Value}")
            .Order(StringComparer.Ordinal);

        Assert.Equal(published, documented);
    }

    [Fact]
    public void Log_events_have_ids_of_their_own_in_the_range_of_their_area()
    {
        (int Id, string Where)[] events = [.. Events()];
        Assert.True(events.Length >= 30, $"Only {events.Length} events were found.");
        Assert.Empty(events.GroupBy(one => one.Id).Where(same => same.Count() > 1).Select(same =>
            $"{same.Key}: {string.Join(", ", same.Select(one => one.Where))}"));
        Assert.Empty(events.Where(one => !RangeOf(one.Where).Contains(one.Id)).Select(one => $"{one.Id} of {one.Where}"));
    }

    [Fact]
    public void The_guide_lists_log_events_that_exist()
    {
        int[] documented = [.. EventRow().Matches(Guide()).Select(row => int.Parse(row.Groups["id"].ValueSpan, provider: null))];

        Assert.True(documented.Length >= 30, $"Only {documented.Length} events are listed.");
        Assert.Empty(documented.Except(Events().Select(one => one.Id)));
    }

    public void Dispose() => _folder.Dispose();

    private static string Guide() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "observability.md"));

    private static IEnumerable<(int Id, string Where)> Events() => Packages
        .SelectMany(package => package.GetTypes())
        .SelectMany(type => type.GetMethods(
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .SelectMany(method => method.GetCustomAttributes<LoggerMessageAttribute>()
            .Select(attribute => (attribute.EventId, $"{method.DeclaringType!.FullName}.{method.Name}")));

    private static IdRange RangeOf(string where) => where switch
    {
        _ when where.StartsWith("Ordo.Sync.AspNetCore", StringComparison.Ordinal) => new(5000, 5999),
        _ when where.StartsWith("Ordo.Sync.Http", StringComparison.Ordinal) => new(4000, 4999),
        _ when where.StartsWith("Ordo.Sync.Sqlite", StringComparison.Ordinal)
            || where.StartsWith("Ordo.Sync.Faster", StringComparison.Ordinal)
            || where.StartsWith("Ordo.Sync.PostgreSql", StringComparison.Ordinal)
            || where.StartsWith("Ordo.Sync.Storage", StringComparison.Ordinal) => new(3000, 3999),
        _ when where.StartsWith("Ordo.Sync.Journal", StringComparison.Ordinal) => new(2000, 2999),
        _ when where.StartsWith("Ordo.Sync.Transport", StringComparison.Ordinal) => new(4000, 4999),
        _ => new(1000, 1999),
    };

    [GeneratedRegex(@"^\| `(?<name>ordo\.sync\.[a-z_.]+)` \| [a-z -]+ \| `(?<unit>[^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| (?<id>[1-5][0-9]{3}) \|", RegexOptions.Multiline)]
    private static partial Regex EventRow();

    private sealed record IdRange(int From, int To)
    {
        public bool Contains(int id) => id >= From && id <= To;
    }
}
