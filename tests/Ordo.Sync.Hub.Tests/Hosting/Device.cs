using System.Buffers;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Records;
using Ordo.Sync.Replication;
using Ordo.Sync.Replication.Apply;
using Ordo.Sync.Replication.Messages;
using Ordo.Sync.Replication.Transfer;
using Ordo.Sync.Storage;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Hub.Tests.Hosting;

/// <summary>A device without an engine: a store, and the messages that a session would send.</summary>
internal sealed class Device : IAsyncDisposable
{
    public const string Scope = "course/AAA-2013J";

    private readonly TimeProvider _time;

    private Device(InMemoryRecordStore store, CollectionCatalog catalog, TimeProvider time)
    {
        Store = store;
        Catalog = catalog;
        _time = time;
    }

    public InMemoryRecordStore Store { get; }

    public CollectionCatalog Catalog { get; }

    public ReplicaId Replica => Store.Replica;

    public static async Task<Device> CreateAsync(
        ConflictStrategy strategy = ConflictStrategy.AcademicRecord, TimeProvider? time = null)
    {
        var store = new InMemoryRecordStore("device");
        await store.OpenAsync();
        CollectionCatalog catalog = await CollectionCatalog.LoadAsync(store);
        catalog.Declare(new CollectionDescriptor("grades", strategy));
        return new Device(store, catalog, time ?? TimeProvider.System);
    }

    public static byte[] Payload(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(1);
        writer.Write("text");
        writer.Write(text);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The text of a payload that <see cref="Payload"/> made.</summary>
    public static string? TextOf(ReadOnlyMemory<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        reader.ReadMapHeader();
        reader.Skip();
        return reader.ReadString();
    }

    public async Task PutAsync(string key, string text, string scope = Scope)
    {
        await using IStoreTransaction transaction = await Store.BeginAsync();
        ScopeDraft draft = await ScopeDraft.BeginAsync(
            transaction, scope, await CollectionCatalog.LoadAsync(Store), sink: null);
        var recordKey = new RecordKey("grades", key);
        StoredRecord? before = await transaction.GetAsync(scope, recordKey);
        Dot dot = transaction.NextDots();
        HybridTimestamp stamp = HybridLogicalClock.Tick(transaction.Clock, _time.GetUtcNow());
        transaction.AdvanceClock(stamp);
        var record = new StoredRecord(recordKey, [new RecordVersion(dot, stamp, "ann", Payload(text))]);
        await draft.ReplaceAsync(before, record);
        draft.State = draft.State with { Knowledge = draft.State.Knowledge.With(dot) };
        await draft.SaveAsync();
        await transaction.CommitAsync(Durability.Full);
    }

    public HelloRequest Hello() => new(
        ProtocolLimits.Version,
        ProtocolLimits.Version,
        Replica,
        [new CollectionDescriptor("grades", ConflictStrategy.AcademicRecord)]);

    /// <summary>Everything the peer does not know, as one page.</summary>
    public async Task<PushRequest> PushRequestAsync(GlobalVector? known = null, string scope = Scope)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync();
        BuiltPage page = await PageBuilder.BuildChangesAsync(
            snapshot,
            Catalog,
            scope,
            known ?? GlobalVector.Empty,
            cursor: null,
            new ReadBudget(ProtocolLimits.MessageBytesMax));
        return new PushRequest(scope, Replica, UInt128.Zero, 0, IsFinal: true, page.Bytes);
    }

    public async Task<PullRequest> PullRequestAsync(string scope = Scope)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync();
        ScopeState state = await snapshot.GetScopeAsync(scope);
        return new PullRequest(
            scope,
            Replica,
            StateHash.Of(state, snapshot.Replicas),
            state.Digest,
            GlobalVector.From(state.Knowledge, snapshot.Replicas),
            ProtocolLimits.PageBytesDefault);
    }

    public async Task<ApplyResult> ApplyAsync(ReadOnlyMemory<byte> page, string scope = Scope)
    {
        await using IStoreTransaction transaction = await Store.BeginAsync();
        ApplyResult result = await BatchApplier.ApplyAsync(
            transaction, scope, new SinglePage(page), Catalog, ApplyRules.Trusting, _time.GetUtcNow());
        await transaction.CommitAsync(Durability.Full);
        return result;
    }

    public async Task<string?> TextAsync(string key, string scope = Scope)
    {
        StoredRecord? record = await Store.GetAsync(scope, new RecordKey("grades", key));
        return record is null ? null : TextOf(record.Greatest.Payload);
    }

    public async Task<UInt128> DigestAsync(string scope = Scope)
    {
        await using IStoreSnapshot snapshot = await Store.ReadAsync();
        return (await snapshot.GetScopeAsync(scope)).Digest;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
