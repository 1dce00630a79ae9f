using Ordo.Sync.Sqlite.Encryption;
using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>Conditions on the indexes of an encrypted store, which hold tokens: equal or not is all they tell.</summary>
internal static class SealedConditionSql
{
    /// <summary>Appends the terms of a condition and the values of their parameters.</summary>
    /// <exception cref="NotSupportedException">The condition asks for an order of values.</exception>
    public static void Append(
        ValueCipher cipher,
        CollectionTable table,
        IndexCondition condition,
        IndexColumn column,
        List<string> terms,
        List<object> values)
    {
        switch (condition)
        {
            case { From.IsAbsent: true, To.IsAbsent: true }:
                terms.Add($"{column.Quoted} IS NULL");
                break;
            case { From: null, To: null }:
                terms.Add($"{column.Quoted} IS NOT NULL");
                break;
            case { From: { IsAbsent: false } from, To: { IsAbsent: false } to } when from.CompareTo(to) == 0:
                AppendEquality(cipher, table, condition, column, from, terms, values);
                break;
            default:
                throw NoOrder(table.Name, column);
        }
    }

    /// <summary>The refusal of a range or an order.</summary>
    public static NotSupportedException NoOrder(string collection, IndexColumn column) => new(
        $"The store is encrypted, and the index over '{column.Definition.Field}' of '{collection}' holds tokens without an "
        + "order: it answers equality only. Query by equality or in key order, and sort or compare in the app.");

    private static void AppendEquality(
        ValueCipher cipher,
        CollectionTable table,
        IndexCondition condition,
        IndexColumn column,
        IndexValue value,
        List<string> terms,
        List<object> values)
    {
        byte[]? token = condition.ExcludesFrom || condition.ExcludesTo ? null : cipher.Token(table, column, value);
        if (token is null)
        {
            terms.Add(ConditionSql.Never);
            return;
        }

        terms.Add($"{column.Quoted} = ?");
        values.Add(token);
    }
}
