using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Process.Tests.Network;
using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Writers;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests;

/// <summary>
/// Device and hub as processes on a network that is late, resets, truncates, falls silent or drips, while both are frozen and
/// killed. <c>ORDO_KILL_ROUNDS</c> and <c>ORDO_KILL_SEED</c> make it a campaign.
/// </summary>
public sealed class NetworkFaultTests(ITestOutputHelper log) : IDisposable
{
    private const int LinesMin = 300;
    private const int RoundsDefault = 2;
    private const int FreezeMillisecondsMax = 600;

    // A connection that is silent for ever must not hold a device for ever.
    private static readonly TimeSpan HangsAfter = TimeSpan.FromMinutes(10);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-network-");

    private string WriterFile => Path.Combine(_folder.FullName, "writer.db");

    private string PeerFile => Path.Combine(_folder.FullName, "peer.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task On_a_bad_network_with_processes_that_freeze_and_die_nothing_acknowledged_is_lost_or_read_backwards()
    {
        var plan = new KillPlan(LinesMin, log, RoundsDefault);
        var random = new Random(plan.Draw().Lines);
        using var trial = new Trial(data: null, records: 1, pageKiB: 16);
        HubProcess hub = await trial.StartHubAsync();
        await using var proxy = new FaultProxy(hub.Address, random.Next());
        var ledger = new WriteLedger(WriterFile, WriterStore.Sqlite);
        var reader = new MonotonicReader(PeerFile, WriterStore.Sqlite, proxy.Address);
        var syncs = new SyncCount();
        for (int round = 0; round < plan.Rounds; round++)
        {
            proxy.IsCalm = true;
            var order = new WriterOrder(
                "storm", WriterFile, WriterStore.Sqlite, Durability.Full, (round + 1) * 1_000_000L, proxy.Address);
            await StormAsync(order, proxy, hub, reader, ledger, syncs, random);
            long pruned = await ledger.VerifyAsync();

            // What left the journal is at the hub: the reader, which hears all the hub knows, knows it too.
            await SyncAsync(PeerFile, hub.Address);
            await ledger.AssertPeerKnowsAsync(PeerFile, WriterStore.Sqlite, pruned);
            await SyncAsync(WriterFile, hub.Address);
            await SyncAsync(PeerFile, hub.Address);
            await ledger.AssertConvergedAsync(PeerFile, WriterStore.Sqlite);
        }

        string fates = string.Join(", ", proxy.Fates.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} {pair.Value}"));
        log.WriteLine($"{plan.Rounds} rounds, {ledger.Acknowledged} acknowledged writes; writer {syncs}; reader {reader}");
        log.WriteLine($"connections: {fates}");
        Assert.True(proxy.Fates.Keys.Any(fate => fate != Fate.Passes), "No connection met a fault.");
    }

    private static async Task StormAsync(
        WriterOrder order,
        FaultProxy proxy,
        HubProcess hub,
        MonotonicReader reader,
        WriteLedger ledger,
        SyncCount syncs,
        Random random)
    {
        using WriterProcess writer = WriterProcess.Start(order);
        Assert.Equal("open", await writer.ReadAsync());
        proxy.IsCalm = false;
        using var ending = new CancellationTokenSource();
        Task reading = reader.ReadUntilAsync(ending.Token);
        Task disturbing = DisturbAsync(hub, writer, random);
        for (int lines = 0; lines < LinesMin || !disturbing.IsCompleted; lines++)
        {
            syncs.Note(await writer.ReadAsync() ?? throw new InvalidOperationException("The writer ended by itself."), ledger);
        }

        await disturbing;
        await KillAsync(writer, syncs, ledger);
        await ending.CancelAsync();
        await reading.WaitAsync(HangsAfter);
    }

    private static async Task DisturbAsync(HubProcess hub, WriterProcess writer, Random random)
    {
        await Task.Delay(random.Next(FreezeMillisecondsMax));
        await Signals.FreezeAsync(hub.ProcessId, TimeSpan.FromMilliseconds(random.Next(FreezeMillisecondsMax)));
        await Task.Delay(random.Next(FreezeMillisecondsMax));
        await Signals.FreezeAsync(writer.Id, TimeSpan.FromMilliseconds(random.Next(FreezeMillisecondsMax)));
        await Task.Delay(random.Next(FreezeMillisecondsMax));
        await hub.KillAsync();
        await hub.StartAgainAsync();
        await Task.Delay(random.Next(FreezeMillisecondsMax));
    }

    private static async Task KillAsync(WriterProcess writer, SyncCount syncs, WriteLedger ledger)
    {
        writer.Kill();
        while (await writer.ReadAsync() is { } line)
        {
            syncs.Note(line, ledger);
        }

        await writer.WaitAsync();
    }

    private static async Task SyncAsync(string file, Uri hub)
    {
        await using var device = new WriterDevice(file, WriterStore.Sqlite, Durability.Normal, hub);
        Assert.Equal(SyncStatus.Completed, (await device.Engine.SyncAsync()).ThrowIfFailed().Status);
    }

    private sealed class SyncCount
    {
        public int Whole { get; private set; }

        public int Broken { get; private set; }

        public override string ToString() => $"{Whole} syncs whole, {Broken} broken";

        public void Note(string line, WriteLedger ledger)
        {
            if (!line.StartsWith("synced", StringComparison.Ordinal))
            {
                ledger.Note(line);
            }
            else if (string.Equals(line.TrimEnd(), "synced Completed", StringComparison.Ordinal))
            {
                Whole++;
            }
            else
            {
                Broken++;
                Assert.True(line.Contains(" transient ", StringComparison.Ordinal), $"A fault of the network was taken for something else: {line}");
            }
        }
    }
}
