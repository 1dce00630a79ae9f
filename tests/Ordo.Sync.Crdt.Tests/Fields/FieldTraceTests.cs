using Ordo.Sync.Conflicts;
using Ordo.Sync.Crdt.Tests.Traces;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crdt.Tests.Fields;

/// <summary>
/// Editing traces through the engine: two devices type one alternately and converge. Recorded ones where ORDO_DATA names their
/// folder.
/// </summary>
public sealed class FieldTraceTests
{
    private const string Key = "paper";
    private const int TurnsMin = 40;
    private const int PartMax = 500;

    [Theory]
    [InlineData("automerge-paper", Topology.OneHub, StoreKind.Memory)]
    [InlineData("rustcode", Topology.OneHub, StoreKind.Sqlite)]
    [InlineData("rustcode", Topology.Http, StoreKind.Memory)]
    [InlineData("automerge-paper", Topology.Http, StoreKind.Sqlite)]
    [InlineData("rustcode", Topology.PeerToPeer, StoreKind.Memory)]
    public async Task Two_devices_that_type_a_trace_alternately_end_with_it(string name, Topology topology, StoreKind stores)
    {
        Trace trace = TraceSource.Sequential(name);
        await using World world = await World.StartAsync(topology, stores, configure: Sheets.Declare);
        Device[] writers = [world.A, world.B];
        int part = Math.Min(PartMax, trace.Transactions.Count / TurnsMin);
        int turn = 0;
        foreach (Transaction[] transactions in trace.Transactions.Chunk(part))
        {
            world.Pass();
            await writers[turn].SheetsOf(ConflictStrategy.LastWriteWins).PatchAsync(
                Key, p => Type(p.Text(s => s.Notes), transactions.SelectMany(transaction => transaction.Patches)));
            await world.SyncAsync(writers[turn], writers[1 - turn]);
            turn = 1 - turn;
            await world.SyncAsync(writers[turn], writers[1 - turn]);
        }

        await world.SettleAsync();
        await world.RequireConvergedAsync(ConflictStrategy.LastWriteWins, Key);
        Assert.Equal(trace.End, (await world.C.ReadAsync(ConflictStrategy.LastWriteWins, Key))!.Notes);
    }

    [Fact]
    public async Task Two_devices_that_type_a_trace_each_offline_keep_both_texts_whole()
    {
        Trace trace = TraceSource.Sequential("rustcode");
        await using World world = await World.StartAsync(Topology.OneHub, StoreKind.Sqlite, configure: Sheets.Declare);
        foreach (Device device in (Device[])[world.A, world.B])
        {
            foreach (Transaction[] transactions in trace.Transactions.Chunk(trace.Transactions.Count / 4))
            {
                await device.SheetsOf(ConflictStrategy.LastWriteWins).PatchAsync(
                    Key, p => Type(p.Text(s => s.Notes), transactions.SelectMany(transaction => transaction.Patches)));
            }
        }

        await world.SettleAsync();
        await world.RequireConvergedAsync(ConflictStrategy.LastWriteWins, Key);
        Assert.Equal(trace.End + trace.End, (await world.C.ReadAsync(ConflictStrategy.LastWriteWins, Key))!.Notes);
    }

    private static void Type(TextEdit text, IEnumerable<(int Position, int Deleted, string Inserted)> patches)
    {
        foreach ((int position, int deleted, string inserted) in patches)
        {
            text.Replace(position, deleted, inserted);
        }
    }
}
