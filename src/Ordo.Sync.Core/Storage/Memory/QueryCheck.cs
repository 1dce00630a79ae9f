namespace Ordo.Sync.Storage.Memory;

/// <summary>What a query is checked for before it runs.</summary>
internal static class QueryCheck
{
    /// <summary>Checks that a query names only what is declared.</summary>
    /// <exception cref="ArgumentException">It names a field without an index.</exception>
    public static void Validate(RecordQuery query, CollectionSchema? schema)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(query.CountMax, nameof(query));
        IEnumerable<string> fields = (query.Conditions.IsDefault ? [] : query.Conditions).Select(one => one.Field);
        foreach (string field in query.OrderBy is { } orderBy ? fields.Append(orderBy) : fields)
        {
            if (schema?.Indexes.Any(index => index.Field == field) != true)
            {
                throw new ArgumentException(
                    $"The collection '{query.Collection}' has no index on '{field}'. Declare it with the collection.",
                    nameof(query));
            }
        }
    }
}
