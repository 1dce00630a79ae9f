using Ordo.Sync.Sqlite.Schema;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Sqlite.Records;

/// <summary>
/// Conditions as SQL that means what <see cref="IndexCondition.Matches"/> means. SQLite would turn a text that looks
/// like a number into one before it compares it with a numeric column, so bounds of the other kind are decided here.
/// </summary>
internal static class ConditionSql
{
    /// <summary>The SQL of a condition that nothing fulfils.</summary>
    public const string Never = "0";

    /// <summary>Appends the terms of a condition and the values of their parameters.</summary>
    public static void Append(IndexCondition condition, IndexColumn column, List<string> terms, List<object> values)
    {
        if (condition is { From.IsAbsent: true, To.IsAbsent: true })
        {
            terms.Add($"{column.Quoted} IS NULL");
            return;
        }

        terms.Add($"{column.Quoted} IS NOT NULL");
        if (condition.From is { IsAbsent: false } from)
        {
            Bound(column, from, condition.ExcludesFrom ? ">" : ">=", terms, values);
        }

        if (condition.To is { } to)
        {
            if (to.IsAbsent)
            {
                terms.Add(Never);
                return;
            }

            Bound(column, to, condition.ExcludesTo ? "<" : "<=", terms, values);
        }
    }

    /// <summary>
    /// Where a value of a column's index stands to a value of any kind: below 0 where all values of the column are
    /// less, above 0 where all are greater, 0 where it depends.
    /// </summary>
    public static int Side(IndexColumn column, IndexValue value)
    {
        if (value.IsAbsent)
        {
            return 1;
        }

        bool columnIsText = column.Definition.Type == IndexType.Text;
        bool valueIsText = value.Text is not null;
        return columnIsText == valueIsText ? 0 : columnIsText ? 1 : -1;
    }

    /// <summary>The value for binding.</summary>
    public static object Unwrap(IndexValue value) => value.Integer is { } integer ? integer
        : value.Real is { } real ? real : (object)value.Text!;

    private static void Bound(IndexColumn column, IndexValue value, string sign, List<string> terms, List<object> values)
    {
        int side = Side(column, value);
        if (side == 0)
        {
            terms.Add($"{column.Quoted} {sign} ?");
            values.Add(Unwrap(value));
        }
        else if (side > 0 != (sign[0] == '>'))
        {
            terms.Add(Never);
        }
    }
}
