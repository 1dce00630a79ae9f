using System.Globalization;
using Npgsql;
using Ordo.Sync.PostgreSql.Driver;
using Ordo.Sync.PostgreSql.Schema;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.PostgreSql.Records;

/// <summary>Answers queries over declared indexes: each condition is a join with the entries of its field.</summary>
internal static class QueryReader
{
    public static async ValueTask<IReadOnlyList<StoredRecord>> ReadAsync(
        Session session, Catalog catalog, long scope, RecordQuery query, CancellationToken cancellationToken)
    {
        Validate(catalog, query);
        if (scope == 0 || query.CountMax == 0 || Plan(catalog, scope, query) is not { } command)
        {
            return [];
        }

        return await RecordReader.ReadAsync(session, scope, command, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The statement of a query; <see langword="null"/> where nothing can match.</summary>
    public static NpgsqlBatchCommand? Plan(Catalog catalog, long scope, RecordQuery query)
    {
        var sql = new QueryText(scope, query.Collection);
        foreach (IndexCondition condition in query.Conditions.IsDefault ? [] : query.Conditions)
        {
            string entry = sql.Join(condition.Field);
            IndexType type = catalog.Find(query.Collection, condition.Field)!.Type;
            if (!Append(sql, entry, type, condition))
            {
                return null;
            }
        }

        string direction = query.Descending ? "DESC" : "ASC";
        string order = $"r.key {direction}";
        if (query.OrderBy is { } field)
        {
            string entry = sql.Join(field);
            IndexType type = catalog.Find(query.Collection, field)!.Type;
            string nulls = query.Descending ? "NULLS LAST" : "NULLS FIRST";
            order = $"{Prefix(entry)} {direction} {nulls}, {entry}.value {direction} {nulls}, {order}";
            if (query.After is { } after)
            {
                sql.Terms.Add(Behind(sql, entry, type, after, query.Descending));
            }
        }
        else if (query.After is { } after)
        {
            sql.Terms.Add($"r.key {(query.Descending ? '<' : '>')} {sql.Value(after.Key)}");
        }

        return sql.ToCommand(order, query.CountMax);
    }

    private static bool Append(QueryText sql, string entry, IndexType type, IndexCondition condition)
    {
        if (condition is { From.IsAbsent: true, To.IsAbsent: true })
        {
            sql.Terms.Add($"{Prefix(entry)} IS NULL");
            return true;
        }

        sql.Terms.Add($"{entry}.value IS NOT NULL");
        return (condition.From is not { } from
                || Compare(sql, entry, IndexBound.Of(type, from, isLower: true, condition.ExcludesFrom), '>'))
            && (condition.To is not { } to
                || Compare(sql, entry, IndexBound.Of(type, to, isLower: false, condition.ExcludesTo), '<'));
    }

    // The index holds the first bytes of a value: they find the range, the whole value decides.
    private static bool Compare(QueryText sql, string entry, IndexBound bound, char sign)
    {
        if (bound.Side == BoundSide.Compared)
        {
            string key = sql.Value(bound.Key);
            sql.Terms.Add($"{Prefix(entry)} {sign}= substr({key}, 1, 256)");
            sql.Terms.Add($"{entry}.value {sign}{(bound.IsExclusive ? string.Empty : "=")} {key}");
        }

        return bound.Side != BoundSide.None;
    }

    // Behind a record in the order of (value, key), absent values first.
    private static string Behind(QueryText sql, string entry, IndexType type, QueryPosition after, bool isDescending)
    {
        char sign = isDescending ? '<' : '>';
        string behindKey = $"r.key {sign} {sql.Value(after.Key)}";
        if (after.Value.IsAbsent)
        {
            return isDescending
                ? $"({entry}.value IS NULL AND {behindKey})"
                : $"(({entry}.value IS NULL AND {behindKey}) OR {entry}.value IS NOT NULL)";
        }

        IndexBound bound = IndexBound.Of(type, after.Value, isLower: !isDescending, isExclusive: true);
        bool hasEqual = bound.IsExclusive
            && !IndexBound.Of(type, after.Value, isLower: !isDescending, isExclusive: false).IsExclusive;
        string behind = bound.Side switch
        {
            BoundSide.All => $"{entry}.value IS NOT NULL",
            BoundSide.None => "false",
            _ => Compared(sql.Value(bound.Key)),
        };
        return isDescending ? $"({behind} OR {entry}.value IS NULL)" : $"({behind})";

        string Compared(string key) => hasEqual
            ? $"{entry}.value {sign} {key} OR ({entry}.value = {key} AND {behindKey})"
            : $"{entry}.value {sign}{(bound.IsExclusive ? string.Empty : "=")} {key}";
    }

    private static string Prefix(string entry) =>
        string.Create(CultureInfo.InvariantCulture, $"substr({entry}.value, 1, 256)");

    private static void Validate(Catalog catalog, RecordQuery query)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.CountMax, nameof(query));
        IEnumerable<string> fields = query.Conditions.IsDefault ? [] : query.Conditions.Select(condition => condition.Field);
        foreach (string field in query.OrderBy is null ? fields : fields.Append(query.OrderBy))
        {
            if (catalog.Find(query.Collection, field) is null)
            {
                throw new ArgumentException(
                    $"The collection '{query.Collection}' declares no index over '{field}'; declare it to query by it.",
                    nameof(query));
            }
        }
    }
}
