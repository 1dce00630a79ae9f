using System.Globalization;
using Ordo.Sync.Engine.Syncing;
using Ordo.Sync.Process.Tests.Processes;
using Ordo.Sync.Process.Tests.Writers;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests;

/// <summary>
/// A device dies while it writes and syncs, and while another device changes the same scope: on both stores, at both levels of
/// durability.
/// </summary>
public sealed class WriteAndSyncKillTests(ITestOutputHelper log) : IDisposable
{
    private const int LinesMax = 600;
    private const int RoundsDefault = 5;
    private const int PeerBatches = 4;
    private const int PeerBatchSize = 25;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-writer-");

    private string WriterFile => Path.Combine(_folder.FullName, "writer.db");

    private string PeerFile => Path.Combine(_folder.FullName, "peer.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("Sqlite", Durability.Full)]
    [InlineData("Sqlite", Durability.Normal)]
    [InlineData("Faster", Durability.Full)]
    [InlineData("Faster", Durability.Normal)]
    public async Task What_was_acknowledged_is_there_whole_and_journaled_and_syncs_after_each_kill(
        string storeName, Durability durability)
    {
        WriterStore store = Enum.Parse<WriterStore>(storeName);
        WriterStore peerStore = store == WriterStore.Sqlite ? store : WriterStore.LaneInSqlite;
        using var trial = new Trial(data: null, records: 1, pageKiB: 16);
        HubProcess hub = await trial.StartHubAsync();
        var plan = new KillPlan(LinesMax, log, RoundsDefault);
        var ledger = new WriteLedger(WriterFile, store);
        int syncs = 0;
        for (int round = 0; round < plan.Rounds; round++)
        {
            var order = new WriterOrder("write", WriterFile, store, durability, (round + 1) * 1_000_000L, hub.Address);
            Task peerWork = ChangeAsync(peerStore, hub.Address, round);
            syncs += await WriteUntilKilledAsync(order, plan.Draw(), ledger);
            await peerWork;
            long prunedCounter = await ledger.VerifyAsync();

            // What left the journal is at the hub: the peer, which has just heard all the hub knows, knows it too.
            await SyncAsync(PeerFile, peerStore, hub.Address);
            await ledger.AssertPeerKnowsAsync(PeerFile, peerStore, prunedCounter);

            await SyncAsync(WriterFile, store, hub.Address);
            await SyncAsync(PeerFile, peerStore, hub.Address);
            await ledger.AssertConvergedAsync(PeerFile, peerStore);
        }

        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{plan.Rounds} kills, {ledger.Acknowledged} acknowledged writes, {syncs} whole syncs beside them"));
    }

    private static async Task<int> WriteUntilKilledAsync(
        WriterOrder order, (int Lines, int Milliseconds) moment, WriteLedger ledger)
    {
        using WriterProcess writer = WriterProcess.Start(order);
        Assert.Equal("open", await writer.ReadAsync());
        int syncs = 0;
        int read = 0;
        Task kill = Task.CompletedTask;
        while (await writer.ReadAsync() is { } line)
        {
            if (line.StartsWith("synced", StringComparison.Ordinal))
            {
                Assert.Equal("synced Completed", line.TrimEnd());
                syncs++;
            }
            else
            {
                ledger.Note(line);
            }

            if (++read == Math.Max(1, moment.Lines))
            {
                kill = KillAfterAsync(writer, moment.Milliseconds);
            }
        }

        await kill;
        await writer.WaitAsync();
        return syncs;
    }

    private static async Task KillAfterAsync(WriterProcess writer, int milliseconds)
    {
        await Task.Delay(milliseconds);
        writer.Kill();
    }

    // Keys of its own, so that every sync of the writer has something to pull.
    private async Task ChangeAsync(WriterStore store, Uri hub, int round)
    {
        await using var peer = new WriterDevice(PeerFile, store, Durability.Normal, hub);
        for (int number = 0; number < PeerBatches; number++)
        {
            var mark = new Mark { Value = (round * PeerBatches) + number };
            await peer.Engine.WriteAsync(batch =>
            {
                for (int i = 0; i < PeerBatchSize; i++)
                {
                    batch.Put(peer.Marks, $"peer/{i}", mark);
                }
            });
            Assert.Equal(SyncStatus.Completed, (await peer.Engine.SyncAsync()).ThrowIfFailed().Status);
        }
    }

    private static async Task SyncAsync(string file, WriterStore store, Uri hub)
    {
        await using var device = new WriterDevice(file, store, Durability.Normal, hub);
        Assert.Equal(SyncStatus.Completed, (await device.Engine.SyncAsync()).ThrowIfFailed().Status);
    }
}
