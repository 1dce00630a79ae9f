using Ordo.Sync.Records;
using Ordo.Sync.Sqlite.Driver;
using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>Answers queries over declared indexes with SQL.</summary>
/// <remarks>
/// A page that begins behind a record is one or two ranges: those with a value behind (value, key), and those without a
/// value, which sort first. Written as two statements, each is a range of the index on (scope, field, key).
/// </remarks>
internal static class QueryReader
{
    public static IReadOnlyList<StoredRecord> Read(
        IAuthorSource view, Connection connection, Catalog catalog, long scope, RecordQuery query)
    {
        CollectionTable? table = catalog.Find(query.Collection);
        Validate(query, table);
        var found = new List<StoredRecord>();
        if (table is null || scope == 0 || query.CountMax == 0)
        {
            return found;
        }

        foreach ((string sql, IReadOnlyList<object> values) in Plan(table, query, connection.Cipher))
        {
            Statement statement = connection.PrepareDynamic(sql);
            Bind(statement, scope, values, query.CountMax - found.Count);
            using (statement)
            {
                while (statement.Step())
                {
                    found.Add(RecordRow.Read(view, connection, scope, table, statement));
                }
            }

            if (found.Count >= query.CountMax)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>The statements of a query in the order of their answers, with the values of their parameters.</summary>
    public static IEnumerable<(string Sql, IReadOnlyList<object> Values)> Plan(
        CollectionTable table, RecordQuery query, ValueCipher? cipher = null)
    {
        var terms = new List<string> { "_scope = ?", "_deleted = 0" };
        var values = new List<object>();
        if (!query.Conditions.IsDefault)
        {
            foreach (IndexCondition condition in query.Conditions)
            {
                IndexColumn column = table.Find(condition.Field)!;
                if (cipher is null)
                {
                    ConditionSql.Append(condition, column, terms, values);
                }
                else
                {
                    SealedConditionSql.Append(cipher, table, condition, column, terms, values);
                }
            }
        }

        IndexColumn? orderBy = query.OrderBy is { } field ? table.Find(field) : null;
        if (cipher is not null && orderBy is not null)
        {
            throw SealedConditionSql.NoOrder(query.Collection, orderBy);
        }

        string direction = query.Descending ? "DESC" : "ASC";
        foreach (QueryPhase phase in Phases(orderBy, query))
        {
            IEnumerable<string> all = phase.Condition.Length == 0 ? terms : terms.Append(phase.Condition);
            string order = phase.ByKeyOnly || orderBy is null
                ? $"_key {direction}"
                : $"{orderBy.Quoted} {direction}, _key {direction}";
            yield return (
                $"SELECT {CollectionTable.RecordColumns} FROM {table.Quoted} "
                + $"WHERE {string.Join(" AND ", all)} ORDER BY {order} LIMIT ?",
                [.. values, .. phase.Values]);
        }
    }

    private static IEnumerable<QueryPhase> Phases(IndexColumn? orderBy, RecordQuery query)
    {
        string sign = query.Descending ? "<" : ">";
        if (query.After is not { } after)
        {
            return [new QueryPhase(string.Empty, orderBy is null, [])];
        }

        if (orderBy is null)
        {
            return [new QueryPhase($"_key {sign} ?", true, [after.Key])];
        }

        string field = orderBy.Quoted;
        var absent = new QueryPhase($"{field} IS NULL", true, []);
        if (after.Value.IsAbsent)
        {
            var rest = new QueryPhase($"{field} IS NULL AND _key {sign} ?", true, [after.Key]);
            return query.Descending ? [rest] : [rest, new QueryPhase($"{field} IS NOT NULL", false, [])];
        }

        int side = ConditionSql.Side(orderBy, after.Value);
        bool allBehind = side > 0 != query.Descending;
        QueryPhase? valued = side == 0
            ? new QueryPhase($"({field}, _key) {sign} (?, ?)", false, [ConditionSql.Unwrap(after.Value), after.Key])
            : allBehind ? new QueryPhase($"{field} IS NOT NULL", false, []) : null;
        IEnumerable<QueryPhase> first = valued is null ? [] : [valued];
        return query.Descending ? first.Append(absent) : first;
    }

    private static void Bind(Statement statement, long scope, IReadOnlyList<object> values, int countMax)
    {
        statement.Bind(1, scope);
        int parameter = 2;
        foreach (object value in values)
        {
            _ = value switch
            {
                long integer => statement.Bind(parameter, integer),
                double real => statement.Bind(parameter, real),
                byte[] token => statement.BindBlob(parameter, token),
                _ => statement.Bind(parameter, (string)value),
            };
            parameter++;
        }

        statement.Bind(parameter, countMax);
    }

    private static void Validate(RecordQuery query, CollectionTable? table)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.CountMax, nameof(query));
        IEnumerable<string> fields = query.Conditions.IsDefault ? [] : query.Conditions.Select(condition => condition.Field);
        foreach (string field in query.OrderBy is null ? fields : fields.Append(query.OrderBy))
        {
            if (table?.Find(field) is null)
            {
                throw new ArgumentException(
                    $"The collection '{query.Collection}' declares no index over '{field}'; declare it to query by it.",
                    nameof(query));
            }
        }
    }
}
