using System.Net;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Server;

namespace Ordo.Sync.PostgreSql.Tests;

/// <summary>The sample that is a hub ready to run: configured by environment, probed from outside.</summary>
public sealed class HubProgramTests
{
    [Fact]
    public async Task The_hub_serves_devices_and_tells_its_health_and_its_figures()
    {
        string schema = SharedServer.NewSchema();
        await using (HubProgram hub = await HubProgram.OverAsync(schema))
        await using (var device = new EngineDevice(hub.Address))
        {
            await device.WriteAsync("a", 0, 10);
            await device.SettleAsync(TestContext.Current.CancellationToken);
            using var client = new HttpClient { BaseAddress = hub.Root };

            Assert.Equal("Healthy", await client.GetStringAsync("health/live"));
            Assert.Equal("Healthy", await client.GetStringAsync("health/ready"));
            Assert.Contains("http_server_request_duration_seconds_count", await client.GetStringAsync("metrics"));
        }

        await SharedServer.DropAsync(schema);
    }

    [Fact]
    public async Task The_hub_over_a_file_lets_in_only_who_shows_a_token()
    {
        string folder = Directory.CreateTempSubdirectory("ordo-hub-").FullName;
        await using (HubProgram hub = await HubProgram.StartAsync(
            ("Hub__Store__ConnectionString", $"Data Source={Path.Combine(folder, "hub.db")}"),
            ("Hub__Blobs", Path.Combine(folder, "files")),
            ("Hub__Callers__SigningKey", new string('k', 32))))
        {
            using var client = new HttpClient { BaseAddress = hub.Root };
            using HttpResponseMessage refused = await client.PostAsync("sync/v1/pull", content: null);

            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Healthy", await client.GetStringAsync("health/ready"));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_hub_without_a_way_to_know_its_callers_does_not_start() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => HubProgram.StartAsync(("Hub__Blobs", string.Empty)));
}
