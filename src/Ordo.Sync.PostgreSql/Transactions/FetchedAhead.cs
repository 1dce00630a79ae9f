using Npgsql;
using Ordo.Sync.PostgreSql.Locals;
using Ordo.Sync.PostgreSql.Records;
using Ordo.Sync.PostgreSql.State;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Transactions;

/// <summary>What a transaction will be asked first, fetched in the round trip that begins it.</summary>
/// <param name="store">The store's name, for messages.</param>
/// <param name="scopes">What is known of scopes by stamp.</param>
/// <param name="scope">The scope whose row is read; <see langword="null"/> for none.</param>
/// <param name="ahead">What else.</param>
internal sealed class FetchedAhead(string store, ScopeCache scopes, string? scope, ReadAhead ahead)
{
    private readonly RecordKey[] _keys = [.. ahead.Records];
    private readonly Dictionary<LocalEntryName, byte[]?> _locals = [];
    private readonly Dictionary<RecordKey, StoredRecord?> _records = [];
    private int _localsRead;

    /// <summary>The scope whose row was read.</summary>
    public string? Scope => scope;

    /// <summary>The scope's row.</summary>
    public ScopeRow Row { get; private set; }

    /// <summary>The local entries asked for; <see langword="null"/> for those that are not there.</summary>
    public IReadOnlyDictionary<LocalEntryName, byte[]?> Locals => _locals;

    /// <summary>
    /// Of the records asked for those that are whole: not those with further siblings, which are in another table.
    /// <see langword="null"/> for those that are not there.
    /// </summary>
    public IReadOnlyDictionary<RecordKey, StoredRecord?> Records => _records;

    /// <summary>The statements that fetch it, in the order in which their results are read.</summary>
    /// <param name="locks">Whether the scope's row is held, and made before where there is none.</param>
    public IEnumerable<NpgsqlBatchCommand> Commands(bool locks)
    {
        if (scope is not null && locks)
        {
            yield return ScopeReader.InsertCommand(scope);
        }

        if (scope is not null)
        {
            yield return ScopeReader.SelectCommand(scope, locks);
        }

        foreach (LocalEntryName name in ahead.Locals)
        {
            yield return LocalReader.SelectCommand(name);
        }

        if (scope is not null && _keys.Length > 0)
        {
            yield return RecordReader.SelectCommand(scope, _keys);
        }
    }

    /// <summary>Forgets what was read: a connection broke, and another one begins anew.</summary>
    public void Clear()
    {
        Row = default;
        _locals.Clear();
        _records.Clear();
        _localsRead = 0;
    }

    /// <summary>Reads one result; passes over what it did not ask for.</summary>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (ScopeReader.IsRow(reader))
        {
            Row = await ScopeReader.ReadRowAsync(store, reader, scopes, cancellationToken).ConfigureAwait(false);
        }
        else if (LocalReader.IsEntry(reader))
        {
            _locals[ahead.Locals[_localsRead++]] = await LocalReader.ReadEntryAsync(reader, cancellationToken).ConfigureAwait(false);
        }
        else if (RecordReader.IsRecords(reader))
        {
            List<RecordRow> rows = await RecordReader.ReadRowsAsync(store, reader, cancellationToken).ConfigureAwait(false);
            foreach (RecordKey key in _keys)
            {
                _records[key] = null;
            }

            foreach (RecordRow row in rows)
            {
                if (row.Siblings == 0)
                {
                    _records[row.Record.Key] = row.Record;
                }
                else
                {
                    _records.Remove(row.Record.Key);
                }
            }
        }
    }
}
