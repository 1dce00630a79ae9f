using Ordo.Sync.Process.Tests.Writers;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;
using Xunit.Sdk;

namespace Ordo.Sync.Process.Tests;

/// <summary>The history checker finds what it is there to find: each test does to a store what no crash may.</summary>
public sealed class WriteLedgerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ordo-ledger-");
    private readonly WriteLedger _ledger;

    public WriteLedgerTests() => _ledger = new WriteLedger(WriterFile, WriterStore.Sqlite);

    private string WriterFile => Path.Combine(_folder.FullName, "writer.db");

    private string PeerFile => Path.Combine(_folder.FullName, "peer.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_store_that_keeps_what_it_acknowledged_passes()
    {
        await WriteAsync("single/0/1", [3]);
        await WriteAsync("batch/0", [4, 4, 4, 4, 4]);
        _ledger.Note("ack single/0/1 3 1");
        _ledger.Note("ack batch/0 4 6");

        Assert.Equal(0, await _ledger.VerifyAsync());
    }

    [Theory]
    [InlineData("ack single/0/2 3 1", "'single/0/2' was acknowledged as 3 and is gone.")]
    [InlineData("ack single/0/1 5 1", "'single/0/1' was acknowledged as 5 and is 3.")]
    public async Task A_write_that_is_missing_or_older_is_found(string acknowledged, string said)
    {
        await WriteAsync("single/0/1", [3]);
        _ledger.Note(acknowledged);

        await FailsAsync(said, async () => await _ledger.VerifyAsync());
    }

    [Theory]
    [InlineData(4, 4, 4, 4)]
    [InlineData(4, 4, 4, 4, 5)]
    public async Task A_batch_that_is_half_there_is_found(params int[] values)
    {
        await WriteAsync("batch/0", values);

        await FailsAsync("Assert", async () => await _ledger.VerifyAsync());
    }

    [Fact]
    public async Task A_dot_that_comes_twice_is_found()
    {
        await WriteAsync("single/0/1", [3]);
        _ledger.Note("ack single/0/1 3 1");
        await _ledger.VerifyAsync();

        Assert.ThrowsAny<XunitException>(() => _ledger.Note("ack single/0/1 4 1"));
        Assert.ThrowsAny<XunitException>(() => new WriteLedger(WriterFile, WriterStore.Sqlite).Note("ack"));
    }

    [Fact]
    public async Task A_journal_that_names_a_write_which_is_not_there_is_found()
    {
        await WriteAsync("single/0/1", [3]);
        await ChangeAsync(async (transaction, scope) => await transaction.AppendJournalAsync(new Journal.JournalEntry(
            scope, new RecordKey("marks", "single/0/9"), transaction.NextDots(), transaction.Clock, Journal.OperationKind.Put)));

        await FailsAsync("Assert", async () => await _ledger.VerifyAsync());
    }

    [Fact]
    public async Task A_journal_that_was_pruned_before_the_hub_had_it_is_found()
    {
        await WriteAsync("single/0/1", [3]);
        await ChangeAsync(async (transaction, scope) => await transaction.PruneJournalAsync(
            scope, new Causality.Dot(transaction.Replicas.IndexOf(transaction.Replica), transaction.Counter)));
        long pruned = await _ledger.VerifyAsync();
        await using (await WriterDevice.OpenStoreAsync(PeerFile, WriterStore.Sqlite))
        {
        }

        Assert.Equal(1, pruned);
        await FailsAsync(
            "The journal was pruned up to 1; the hub has the writes up to 0.",
            () => _ledger.AssertPeerKnowsAsync(PeerFile, WriterStore.Sqlite, pruned));
    }

    [Fact]
    public async Task Stores_that_do_not_hold_the_same_are_found()
    {
        await WriteAsync("single/0/1", [3]);
        await using (await WriterDevice.OpenStoreAsync(PeerFile, WriterStore.Sqlite))
        {
        }

        await FailsAsync("Assert", () => _ledger.AssertConvergedAsync(PeerFile, WriterStore.Sqlite));
    }

    private static async Task FailsAsync(string said, Func<Task> check)
    {
        XunitException failure = await Assert.ThrowsAnyAsync<XunitException>(check);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    // One value goes under the name itself, several are a batch.
    private async Task WriteAsync(string name, int[] values)
    {
        await using var device = new WriterDevice(WriterFile, WriterStore.Sqlite, Durability.Full);
        await device.Engine.WriteAsync(batch =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                batch.Put(device.Marks, values.Length == 1 ? name : $"{name}/{i}", new Mark { Value = values[i] });
            }
        });
    }

    private async Task ChangeAsync(Func<IStoreTransaction, string, Task> change)
    {
        await using IRecordStore store = await WriterDevice.OpenStoreAsync(WriterFile, WriterStore.Sqlite);
        await using IStoreTransaction transaction = await store.BeginAsync();
        await change(transaction, WriterDevice.StoredScopeOf(WriterStore.Sqlite));
        await transaction.CommitAsync(Durability.Full);
    }
}
