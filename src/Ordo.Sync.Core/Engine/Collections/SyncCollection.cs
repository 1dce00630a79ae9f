using System.Collections;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Conflicts.Notes;
using Ordo.Sync.Conflicts.Strategies;
using Ordo.Sync.Crdt;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Engine.History;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Engine.Replicas;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Collections;

/// <inheritdoc cref="ISyncCollection{T}"/>
internal sealed partial class SyncCollection<T>(SyncEngine engine, string scope, CollectionDeclaration declaration)
    : ISyncCollection<T>
{
    private const int QueryPageSize = 256;

    private readonly Lane _lane = engine.LaneOf(scope, declaration.Descriptor);

    private readonly StrategyBehavior _behavior =
        declaration.Behavior ?? StrategyBehaviors.For(declaration.Descriptor.Strategy);

    public string Name => declaration.Descriptor.Name;

    public string Scope => scope;

    public CollectionDescriptor Descriptor => declaration.Descriptor;

    public ValueTask<WriteReceipt> PutAsync(
        string key, T value, WriteOptions? options, CancellationToken cancellationToken) =>
        engine.WriteAsync(_lane, [PutOf(key, value, options)], options, cancellationToken);

    public ValueTask<WriteReceipt> PatchAsync(
        string key, Action<PatchBuilder<T>> patch, WriteOptions? options, CancellationToken cancellationToken) =>
        engine.WriteAsync(_lane, [PatchOf(key, patch, options)], options, cancellationToken);

    public ValueTask<WriteReceipt> DeleteAsync(string key, WriteOptions? options, CancellationToken cancellationToken) =>
        engine.WriteAsync(_lane, [DeleteOf(key, options)], options, cancellationToken);

    public RecordWrite PutOf(string key, T value, WriteOptions? options)
    {
        ArgumentNullException.ThrowIfNull(value);
        ReadOnlyMemory<byte> payload = FieldRenderer.Strip(engine.Serializer.Serialize(value), declaration.ConflictFree);
        engine.Declarations.RequireSize(Name, key, payload.Length);
        return new RecordWrite.Put(KeyOf(key), options?.BasedOn, payload, KeepsUnknown);
    }

    public RecordWrite PatchOf(string key, Action<PatchBuilder<T>> patch, WriteOptions? options)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var builder = new PatchBuilder<T>(engine.Serializer, declaration.ConflictFree);
        patch(builder);
        if (builder.Fields.Count == 0 && builder.Edits.Count == 0)
        {
            throw new ArgumentException("The patch changes no field.", nameof(patch));
        }

        var write = new RecordWrite.Patch(KeyOf(key), options?.BasedOn, builder.Fields) { Edits = builder.Edits };
        engine.Declarations.RequireSize(Name, key, write.SizeBytes);
        return write;
    }

    public RecordWrite DeleteOf(string key, WriteOptions? options) =>
        new RecordWrite.Delete(KeyOf(key), options?.BasedOn);

    public async ValueTask<Record<T>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        RecordKey name = KeyOf(key);
        IRecordStore store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        StoredRecord? record = await store.GetAsync(_lane.Name, name, cancellationToken).ConfigureAwait(false);
        return record is null ? null
            : _behavior.RefusesConflicted && _behavior.NeedsPerson(scope, record)
                ? throw engine.Siblings.Refuse(scope, record, store.Replicas, store.Replica)
                : Show(record, store);
    }

    public async ValueTask<WriteReceipt> OverrideAsync(
        string key, T value, string reason, WriteOptions? options, CancellationToken cancellationToken)
    {
        if (!_behavior.RequiresDecision)
        {
            throw new InvalidOperationException(
                $"The collection '{Name}' keeps no decisions: its strategy is {declaration.Descriptor.Strategy}. Use PutAsync.");
        }

        RecordWrite write = PutOf(key, value, options) with { Decision = Decisions.Of(reason) };
        return await engine.WriteAsync(_lane, [write], options, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<TextSession> OpenTextAsync(
        string key, Expression<Func<T, string?>> member, CancellationToken cancellationToken)
    {
        string path = MemberPath.Of(member).In(engine.Serializer);
        return declaration.ConflictFree.Contains(new ConflictFreeField(path, CrdtKind.Text))
            ? TextSession.OpenAsync(engine, _lane, KeyOf(key), path, cancellationToken)
            : throw new ArgumentException(
                $"'{path}' is not declared as a conflict-free text. Declare it: c.Text(x => x.Member).", nameof(member));
    }

    public ValueTask<RecordHistory<T>> GetHistoryAsync(string key, CancellationToken cancellationToken) =>
        ReadHistoryAsync(KeyOf(key), cancellationToken);

    public async IAsyncEnumerable<Record<T>> QueryAsync(
        Action<QueryBuilder<T>>? query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (IReadOnlyList<StoredRecord> page in ReadPagesAsync(BuildQuery(query), QueryPageSize, cancellationToken)
            .ConfigureAwait(false))
        {
            foreach (StoredRecord stored in page)
            {
                if (Show(stored, _lane.Replica.Store) is { } record)
                {
                    yield return record;
                }
            }
        }
    }

    /// <summary>A query of this collection.</summary>
    public QueryBuilder<T> BuildQuery(Action<QueryBuilder<T>>? query)
    {
        var builder = new QueryBuilder<T>(Name, engine.Serializer, declaration.Indexes);
        query?.Invoke(builder);
        return builder;
    }

    /// <summary>Reads what a query finds, page by page, each a consistent state.</summary>
    public async IAsyncEnumerable<IReadOnlyList<StoredRecord>> ReadPagesAsync(
        QueryBuilder<T> query, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IRecordStore store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        int left = query.CountMax;
        QueryPosition? after = null;
        while (left > 0)
        {
            int size = Math.Min(left, pageSize);
            IReadOnlyList<StoredRecord> page = await ReadPageAsync(store, query, size, after, cancellationToken)
                .ConfigureAwait(false);
            yield return page;
            left -= page.Count;
            if (page.Count < size)
            {
                yield break;
            }

            after = PositionOf(page[^1], query.Order);
        }
    }

    /// <summary>Opens the engine; the store of this collection may be used then.</summary>
    public async ValueTask<IRecordStore> OpenAsync(CancellationToken cancellationToken)
    {
        await engine.OpenAsync(cancellationToken).ConfigureAwait(false);
        return _lane.Replica.Store;
    }

    private async ValueTask<RecordHistory<T>> ReadHistoryAsync(RecordKey key, CancellationToken cancellationToken)
    {
        IRecordStore store = await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await engine.Histories.ReadAsync<T>(store, _lane.Name, key, _behavior, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<IReadOnlyList<StoredRecord>> ReadPageAsync(
        IRecordStore store,
        QueryBuilder<T> builder,
        int size,
        QueryPosition? after,
        CancellationToken cancellationToken)
    {
        var query = new RecordQuery(Name, size)
        {
            Conditions = builder.Conditions,
            OrderBy = builder.Order,
            Descending = builder.IsDescending,
            After = after,
        };
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await snapshot.QueryAsync(_lane.Name, query, cancellationToken).ConfigureAwait(false);
    }

    private QueryPosition PositionOf(StoredRecord record, string? order)
    {
        ReadOnlyMemory<byte> shown = _behavior.View(scope, record).Payload;
        IndexValue value = order is null ? IndexValue.Absent : IndexExtractor.Extract(shown, IndexOf(order));
        return new QueryPosition(value, record.Key.Key);
    }

    private IndexDefinition IndexOf(string field) => declaration.Indexes.First(candidate => candidate.Field == field);

    private Record<T>? Show(StoredRecord stored, IRecordStore store)
    {
        RecordView view = _behavior.View(scope, stored);
        var basis = new RecordBasis(stored);
        if (_behavior.RefusesConflicted && view.State != RecordState.Current)
        {
            ManualResolutionRequiredException refused =
                engine.Siblings.Refuse(scope, stored, store.Replicas, store.Replica);
            return new Record<T>(stored.Key.Key, refused, view.Shown.Timestamp, basis);
        }

        return view.Payload.IsEmpty
            ? null
            : new Record<T>(
                stored.Key.Key,
                engine.Serializer.Deserialize<T>(FieldRenderer.Show(view.Payload, stored.ConflictFree, declaration.ConflictFree)),
                view.Shown.Timestamp,
                view.Shown.Author,
                view.State,
                basis,
                _behavior.RequiresDecision ? VersionNotes.Decode(view.Shown.Annotations).Decision : null);
    }

    // A dictionary says all there is; any other type says what it knows.
    private static bool KeepsUnknown => !typeof(IDictionary).IsAssignableFrom(typeof(T));

    private RecordKey KeyOf(string key) => RecordNames.WhyNotKey(key) is { } why
        ? throw new ArgumentException(why, nameof(key))
        : new RecordKey(Name, key);
}
