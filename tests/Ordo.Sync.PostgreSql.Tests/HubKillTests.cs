using Ordo.Sync.Engine;
using Ordo.Sync.Hub.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Hosting;
using Ordo.Sync.PostgreSql.Tests.Server;

namespace Ordo.Sync.PostgreSql.Tests;

/// <summary>Real processes over one database; one of them dies in the middle of requests.</summary>
public sealed class HubKillTests
{
    private const int DevicesPerHub = 2;
    private const int RoundCount = 12;
    private const int WritesPerRound = 50;

    [Fact]
    public async Task A_hub_killed_in_the_middle_of_requests_loses_doubles_and_skips_nothing()
    {
        string schema = SharedServer.NewSchema();
        await using (HubProgram first = await HubProgram.OverAsync(schema))
        await using (HubProgram second = await HubProgram.OverAsync(schema))
        {
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMinutes(6));
            EngineDevice[] devices = [.. new[] { first, second }
                .SelectMany(hub => Enumerable.Range(0, DevicesPerHub).Select(_ => new EngineDevice(hub.Address)))];
            Task[] working = [.. devices.Select((device, i) => Task.Run(() => WorkAsync(device, i, giveUp.Token)))];
            Task all = Task.WhenAll(working);
            for (int kill = 0; kill < 3 && !all.IsCompleted; kill++)
            {
                await Task.Delay(300 + (kill * 170));
                await first.KillAsync();
                await first.StartAgainAsync();
            }

            await all;
            await using var viaFirst = new EngineDevice(first.Address);
            await using var viaSecond = new EngineDevice(second.Address);
            await viaFirst.SettleAsync(giveUp.Token);
            await viaSecond.SettleAsync(giveUp.Token);
            ScopeStatus one = await viaFirst.StatusAsync();
            ScopeStatus two = await viaSecond.StatusAsync();
            Assert.Equal(devices.Length * RoundCount * WritesPerRound, one.RecordCount);
            Assert.Equal(one, two);
            foreach (EngineDevice device in devices)
            {
                await device.SettleAsync(giveUp.Token);
                Assert.Equal(one, await device.StatusAsync());
                await device.DisposeAsync();
            }
        }

        await SharedServer.DropAsync(schema);
    }

    // A device that syncs again brings what a hub lost, and would hide it: only those that never had it are asked.
    [Fact]
    public async Task What_a_hub_acknowledged_is_in_the_database_though_it_is_killed_at_once()
    {
        string schema = SharedServer.NewSchema();
        await using (HubProgram hub = await HubProgram.OverAsync(schema))
        {
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMinutes(6));
            await using var writer = new EngineDevice(hub.Address);
            for (int round = 0; round < RoundCount; round++)
            {
                await writer.WriteAsync("device", round * WritesPerRound, WritesPerRound);
                await writer.SettleAsync(giveUp.Token);
                if (round % 4 == 3)
                {
                    await hub.KillAsync();
                    await hub.StartAgainAsync();
                }

                await using var reader = new EngineDevice(hub.Address);
                await reader.SettleAsync(giveUp.Token);
                Assert.Equal(await writer.StatusAsync(), await reader.StatusAsync());
                Assert.Equal((round + 1) * WritesPerRound, (await reader.StatusAsync()).RecordCount);
            }
        }

        await SharedServer.DropAsync(schema);
    }

    [Fact]
    public async Task A_database_that_crashes_and_starts_again_in_the_middle_of_syncs_loses_doubles_and_skips_nothing()
    {
        await using PostgreSqlServer server = await PostgreSqlServer.StartAsync(isDurable: true, mustBeOwn: true);
        await using HubInstance first = await HubInstance.StartAsync("hub", connectionString: server.ConnectionString);
        await using HubInstance second = await HubInstance.StartAsync("hub", connectionString: server.ConnectionString);
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMinutes(6));
        EngineDevice[] devices = [new(first.Address), new(second.Address), new(second.Address)];
        Task all = Task.WhenAll(devices.Select((device, i) => Task.Run(() => WorkAsync(device, i, giveUp.Token))));
        foreach (bool atOnce in new[] { true, false })
        {
            await Task.Delay(250);
            await server.StopAsync(atOnce);
            await server.StartAgainAsync();
        }

        await all;
        await using var fresh = new EngineDevice(first.Address);
        await fresh.SettleAsync(giveUp.Token);
        ScopeStatus status = await fresh.StatusAsync();
        Assert.Equal(devices.Length * RoundCount * WritesPerRound, status.RecordCount);
        foreach (EngineDevice device in devices)
        {
            await device.SettleAsync(giveUp.Token);
            Assert.Equal(status, await device.StatusAsync());
            await device.DisposeAsync();
        }
    }

    private static async Task WorkAsync(EngineDevice device, int number, CancellationToken cancellationToken)
    {
        for (int round = 0; round < RoundCount; round++)
        {
            await device.WriteAsync($"device-{number}", round * WritesPerRound, WritesPerRound);
            await device.SettleAsync(cancellationToken);
        }
    }
}
