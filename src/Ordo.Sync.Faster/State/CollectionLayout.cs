using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Records;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Faster.State;

/// <summary>
/// The indexes that are kept of a collection: the declared ones and, where its records expire, one by the time of writing behind
/// them.
/// </summary>
/// <param name="Schema">What was declared; <see langword="null"/> where nothing was.</param>
/// <param name="Indexes">The indexes, the declared ones first.</param>
internal sealed record CollectionLayout(CollectionSchema? Schema, ImmutableArray<IndexDefinition> Indexes)
{
    /// <summary>The index by time of writing. No field is called so: names of fields have no NUL.</summary>
    public static IndexDefinition Written { get; } = new("\0written", IndexType.Integer);

    /// <summary>The layout of a collection that nothing is kept of.</summary>
    public static CollectionLayout Plain { get; } = new(null, []);

    public static CollectionLayout Of(CollectionSchema? schema, bool expires)
    {
        ImmutableArray<IndexDefinition> declared = schema?.Indexes ?? [];
        return schema is null && !expires ? Plain : new CollectionLayout(schema, expires ? declared.Add(Written) : declared);
    }

    /// <summary>The value of an index for a record that is live.</summary>
    public static IndexValue Extract(StoredRecord record, IndexDefinition index)
    {
        if (ReferenceEquals(index, Written))
        {
            return IndexValue.Of(record.Greatest.Timestamp.UnixMilliseconds);
        }

        try
        {
            return IndexExtractor.Extract(record.Visible, index);
        }
        catch (MessagePackSerializationException)
        {
            // The store keeps what it is given; whether a payload is well-formed is judged where it enters the engine.
            return IndexValue.Absent;
        }
    }
}
