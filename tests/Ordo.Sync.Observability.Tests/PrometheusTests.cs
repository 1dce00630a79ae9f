using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ordo.Sync.Observability.Tests.Hosting;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Observability.Tests;

public sealed partial class PrometheusTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TestFolder _folder = new();

    [Fact]
    public async Task A_scrape_of_a_hub_shows_what_devices_ask_of_it()
    {
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using ObservedDevice device = await UseAsync(hub);

        string scrape = await ScrapeUntilAsync(hub, "ordo_sync_hub_errors_total");
        Assert.Matches("""ordo_sync_hub_request_duration_seconds_count\{[^}]*ordo_sync_operation="push"[^}]*\} [1-9]""", scrape);
        Assert.Matches("""ordo_sync_hub_errors_total\{[^}]*error_type="Malformed"[^}]*\} 1""", scrape);
        Assert.Matches("""ordo_sync_hub_network_io_bytes_total\{[^}]*network_io_direction="receive"[^}]*\} [1-9]""", scrape);
        Assert.Matches("""ordo_sync_hub_store_size_bytes(\{[^}]*\})? [1-9]""", scrape);
        Assert.Matches("""ordo_sync_hub_live_connections(\{[^}]*\})? 0""", scrape);
        Assert.Contains("# TYPE ordo_sync_hub_active_requests gauge", scrape, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_metric_that_the_dashboard_queries_exists()
    {
        await using ObservedHub hub = await ObservedHub.StartAsync(_folder.File("hub.db"));
        await using ObservedDevice device = await UseAsync(hub);
        string scrape = await ScrapeUntilAsync(hub, "ordo_sync_hub_errors_total");
        HashSet<string> exposed = [.. scrape.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line[..line.IndexOfAny(['{', ' '])])];

        string[] queried = [.. Queries().SelectMany(query => MetricName().Matches(Labels().Replace(query, string.Empty)).Select(match => match.Value))
            .Distinct()];

        Assert.True(queried.Length >= 25, $"Only {queried.Length} metrics are queried.");
        Assert.Equal([], queried.Except(exposed));
    }

    public void Dispose() => _folder.Dispose();

    // A device of the same process, which the hub's exporter hears too; with something of everything that is counted.
    private async Task<ObservedDevice> UseAsync(ObservedHub hub)
    {
        var device = new ObservedDevice(_folder.File("device.db"), hub.Address);
        await device.Notes.PutAsync("1", new Note { Text = "one" });
        (await device.Engine.SyncAsync()).ThrowIfFailed();
        await using var misled = new ObservedDevice(_folder.File("misled.db"), new Uri(hub.Address, "/nothing"));
        await misled.Engine.SyncAsync();
        using var garbage = new ByteArrayContent(Encoding.UTF8.GetBytes("not a message"));
        garbage.Headers.ContentType = new(HttpBinding.MediaType);
        using HttpResponseMessage answer = await hub.Client.PostAsync(new Uri($"{hub.Address}/{HttpBinding.PushPath}"), garbage);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return device;
    }

    private static IEnumerable<string> Queries()
    {
        using JsonDocument dashboard = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "grafana-dashboard.json")));
        foreach (JsonElement panel in dashboard.RootElement.GetProperty("panels").EnumerateArray())
        {
            if (panel.TryGetProperty("targets", out JsonElement targets))
            {
                foreach (JsonElement target in targets.EnumerateArray())
                {
                    yield return target.GetProperty("expr").GetString()!;
                }
            }
        }
    }

    // A request is counted when its answer has left.
    private static async Task<string> ScrapeUntilAsync(ObservedHub hub, string metric)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (true)
        {
            string scrape = await hub.ScrapeAsync();
            if (scrape.Contains(metric, StringComparison.Ordinal))
            {
                return scrape;
            }

            await Task.Delay(10, giveUp.Token);
        }
    }

    // Labels stand in braces or behind "by".
    [GeneratedRegex("""by \([^)]*\)|\{[^}]*\}""")]
    private static partial Regex Labels();

    [GeneratedRegex("ordo_sync_[a-z_]+")]
    private static partial Regex MetricName();
}
