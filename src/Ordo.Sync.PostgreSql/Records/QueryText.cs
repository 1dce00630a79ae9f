using System.Globalization;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Grows the statement of a query, with its parameters.</summary>
internal sealed class QueryText
{
    private readonly List<object> _values = [];
    private readonly Dictionary<string, string> _entries = new(StringComparer.Ordinal);
    private string _joins = string.Empty;

    public QueryText(long scope, string collection) =>
        Terms = [$"r.scope = {Value(scope)}", $"r.collection = {Value(collection)}", "NOT r.is_deleted"];

    /// <summary>The conditions so far, all of which are to hold.</summary>
    public List<string> Terms { get; }

    /// <summary>Names a value.</summary>
    public string Value(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }

    /// <summary>Joins the entries of a field, once.</summary>
    /// <returns>What they are called in terms.</returns>
    public string Join(string field)
    {
        if (!_entries.TryGetValue(field, out string? entry))
        {
            entry = string.Create(CultureInfo.InvariantCulture, $"e{_entries.Count}");
            _entries.Add(field, entry);
            _joins += $" JOIN entries {entry} ON {entry}.scope = r.scope AND {entry}.collection = r.collection "
                + $"AND {entry}.key = r.key AND {entry}.field = {Value(field)}";
        }

        return entry;
    }

    public NpgsqlBatchCommand ToCommand(string order, int countMax)
    {
        string limit = Value(countMax);
        string columns = string.Join(", ", RecordReader.Columns.Split(", ").Select(column => $"r.{column}"));
        return Session.Command(
            $"SELECT {columns} FROM records r{_joins} WHERE {string.Join(" AND ", Terms)} ORDER BY {order} LIMIT {limit}",
            [.. _values]);
    }
}
