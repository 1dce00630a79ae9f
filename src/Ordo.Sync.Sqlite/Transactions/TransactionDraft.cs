using System.Collections.Immutable;
using Ordo.Sync.Causality;
using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Sqlite.State;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Transactions;

/// <summary>
/// What a transaction has changed of what the store keeps in memory. Thrown away unless it is committed.
/// </summary>
internal sealed class TransactionDraft(SqliteRecordStore store, Connection connection, StoreState before)
{
    private static readonly SqlText InsertScope = new("INSERT INTO ordo_scope(name) VALUES(?1)");

    private static readonly SqlText InsertAuthor = new("INSERT INTO ordo_author(name) VALUES(?1)");

    private readonly Dictionary<long, ScopeDraft> _scopes = [];
    private Dictionary<string, long>? _newScopes;
    private Dictionary<string, long>? _newAuthors;
    private Dictionary<long, string>? _newAuthorNames;

    // Writes come in runs of one scope and one author: the last of each is at hand.
    private string? _lastScope;
    private long _lastScopeId;
    private string? _lastAuthor;
    private long _lastAuthorId;

    public ReplicaTable Replicas { get; set; } = before.Replicas;

    public int SelfIndex { get; set; } = before.SelfIndex;

    public long Counter { get; set; } = before.Counter;

    public HybridTimestamp Clock { get; set; } = before.Clock;

    public long JournalSequence { get; private set; } = before.JournalSequence;

    public long JournalCount { get; private set; } = before.JournalCount;

    public long JournalBytes { get; private set; } = before.JournalBytes;

    public Catalog Catalog { get; private set; } = before.Catalog;

    /// <summary>Whether a commit has anything to write.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The scopes that were read or written here, as they stand.</summary>
    public IReadOnlyDictionary<long, ScopeEntry> Entries() =>
        _scopes.ToDictionary(pair => pair.Key, pair => pair.Value.ToEntry());

    /// <summary>The number of a scope; <see cref="ScopeNames.None"/> where there is none.</summary>
    public long FindScope(string scope)
    {
        if (ReferenceEquals(scope, _lastScope))
        {
            return _lastScopeId;
        }

        long id = _newScopes is not null && _newScopes.TryGetValue(scope, out long added)
            ? added
            : store.Scopes.Find(connection, scope);
        if (id != ScopeNames.None)
        {
            _lastScope = scope;
            _lastScopeId = id;
        }

        return id;
    }

    /// <summary>The number of a scope, given where it has none.</summary>
    /// <exception cref="ArgumentException">No scope may be called so.</exception>
    public long RequireScope(string scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        long id = FindScope(scope);
        if (id != ScopeNames.None)
        {
            return id;
        }

        if (RecordNames.WhyNotScope(scope) is { } why)
        {
            throw new ArgumentException(why, nameof(scope));
        }

        connection.Prepare(InsertScope).Bind(1, scope).Run();
        id = connection.LastRowId;
        (_newScopes ??= new(StringComparer.Ordinal)).Add(scope, id);
        IsDirty = true;
        return id;
    }

    /// <summary>The number of an author, given where it has none.</summary>
    public long AuthorId(string author)
    {
        if (author.Length == 0)
        {
            return AuthorNames.None;
        }

        if (ReferenceEquals(author, _lastAuthor))
        {
            return _lastAuthorId;
        }

        if (_newAuthors is null || !_newAuthors.TryGetValue(author, out long id))
        {
            id = store.Authors.Find(connection, author);
            if (id == AuthorNames.None)
            {
                connection.Prepare(InsertAuthor).Bind(1, author).Run();
                id = connection.LastRowId;
                (_newAuthors ??= new(StringComparer.Ordinal)).Add(author, id);
                (_newAuthorNames ??= []).Add(id, author);
            }
        }

        _lastAuthor = author;
        _lastAuthorId = id;
        return id;
    }

    /// <summary>The name of an author, also of one that is new here.</summary>
    public string AuthorOf(long id) => _newAuthorNames is not null && _newAuthorNames.TryGetValue(id, out string? name)
        ? name
        : store.Authors.NameOf(connection, id);

    /// <summary>The table of a collection, made where it has none.</summary>
    public CollectionTable RequireTable(string collection)
    {
        if (Catalog.Find(collection) is { } table)
        {
            return table;
        }

        table = CollectionDefiner.Create(connection, Catalog, collection);
        Catalog = Catalog.With(table);
        return table;
    }

    /// <summary>Gives a collection its declared indexes.</summary>
    public void Define(CollectionSchema schema)
    {
        CollectionTable table = RequireTable(schema.Name);
        if (!CollectionDefiner.Matches(table, schema))
        {
            Catalog = Catalog.With(CollectionDefiner.Change(connection, table, schema));
        }
    }

    /// <summary>What is kept of a scope.</summary>
    public ScopeEntry EntryOf(long scope) => Touch(scope).ToEntry();

    /// <summary>A scope, to be changed.</summary>
    public ScopeDraft Touch(long scope)
    {
        if (!_scopes.TryGetValue(scope, out ScopeDraft? draft))
        {
            draft = new ScopeDraft(
                before.Scopes.TryGetValue(scope, out ScopeEntry? entry) ? entry : StateReader.ReadScope(connection, scope));
            _scopes.Add(scope, draft);
        }

        return draft;
    }

    /// <summary>Forgets a scope whose rows are gone.</summary>
    public void Clear(long scope)
    {
        ScopeDraft draft = Touch(scope);
        CountPruned(scope, draft.Journal.Count, draft.Journal.Bytes);
        _scopes[scope] = new ScopeDraft(ScopeEntry.Empty);
    }

    /// <summary>Counts an entry that came to the journal.</summary>
    public void CountAppended(long scope, Dot dot, long lastDot, long bytes)
    {
        ScopeDraft draft = Touch(scope);
        draft.Journal = draft.Journal.Append(dot.Value, bytes, lastDot);
        JournalSequence++;
        JournalCount++;
        JournalBytes += bytes;
    }

    /// <summary>Counts entries that left the journal.</summary>
    public void CountPruned(long scope, long count, long bytes)
    {
        ScopeDraft draft = Touch(scope);
        draft.Journal = draft.Journal.Remove(count, bytes);
        JournalCount -= count;
        JournalBytes -= bytes;
    }

    /// <summary>Writes what has stayed in memory so far.</summary>
    /// <returns>The state that the commit leaves.</returns>
    public StoreState Write()
    {
        ImmutableDictionary<long, ScopeEntry> scopes = before.Scopes;
        foreach ((long id, ScopeDraft draft) in _scopes)
        {
            ScopeEntry entry = draft.ToEntry();
            if (!ReferenceEquals(entry, draft.Written))
            {
                StateWriter.WriteScope(connection, id, draft.Written, entry);
            }

            if (scopes.Count >= StoreState.ScopesMax && !scopes.ContainsKey(id))
            {
                scopes = ImmutableDictionary<long, ScopeEntry>.Empty;
            }

            scopes = scopes.SetItem(id, entry);
        }

        StoreState after = before with
        {
            CommitNumber = before.CommitNumber + 1,
            Replicas = Replicas,
            SelfIndex = SelfIndex,
            Counter = Counter,
            Clock = Clock,
            JournalSequence = JournalSequence,
            JournalCount = JournalCount,
            JournalBytes = JournalBytes,
            Catalog = Catalog,
            Scopes = scopes,
        };
        StateWriter.WriteCounters(connection, after);
        return after;
    }

    /// <summary>Lets the store keep the names that are committed now.</summary>
    public void Publish()
    {
        foreach ((string name, long id) in _newScopes ?? [])
        {
            store.Scopes.Remember(name, id);
        }

        foreach ((string name, long id) in _newAuthors ?? [])
        {
            store.Authors.Remember(id, name);
        }
    }
}
