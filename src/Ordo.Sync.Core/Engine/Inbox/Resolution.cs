using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Records;

namespace Ordo.Sync.Engine.Inbox;

/// <summary>What to do about a conflict. Made by the static members; used once or often.</summary>
public abstract class Resolution
{
    private Resolution()
    {
    }

    /// <summary>What the resolution writes; empty deletes the record, <see langword="null"/> writes nothing.</summary>
    internal abstract ReadOnlyMemory<byte>? PayloadFor(Conflict conflict, IPayloadSerializer serializer);

    /// <summary>Takes one side as it is. Of a rejected write: writes its content again.</summary>
    public static Resolution Keep(ConflictSibling sibling)
    {
        ArgumentNullException.ThrowIfNull(sibling);
        return new Computed((conflict, _) => Chosen(conflict, sibling).Payload);
    }

    /// <summary>Writes a value that somebody made of the sides.</summary>
    public static Resolution Use<T>(T value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new Computed((_, serializer) => serializer.Serialize(value));
    }

    /// <summary>
    /// Takes one side and, field by field, some values of others: <c>Merge(conflict.Siblings[0], ("score", conflict.Siblings[1]))</c>.
    /// A field is named as in the payload; a dot leads into a nested map.
    /// </summary>
    public static Resolution Merge(
        ConflictSibling basis, params IReadOnlyList<(string Field, ConflictSibling Source)> fields)
    {
        ArgumentNullException.ThrowIfNull(basis);
        ArgumentNullException.ThrowIfNull(fields);
        return new Computed((conflict, _) =>
        {
            ReadOnlyMemory<byte> payload = Chosen(conflict, basis).Payload;
            foreach ((string field, ConflictSibling source) in fields)
            {
                ReadOnlyMemory<byte> value = PayloadMap.Get(Chosen(conflict, source).Payload, field);
                payload = PayloadMap.Set(payload, field, value);
            }

            return payload;
        });
    }

    /// <summary>Deletes the record.</summary>
    public static Resolution Delete() => new Computed(static (_, _) => ReadOnlyMemory<byte>.Empty);

    /// <summary>Lets a rejected write go: nothing is written, its content leaves the inbox. For rejected writes only.</summary>
    public static Resolution Discard() => new Computed(static (conflict, _) => conflict.Kind == ConflictKind.Rejected
        ? null
        : throw new InvalidOperationException(
            $"Only a rejected write can be discarded; {conflict.Collection}/{conflict.Key} has sides to choose from."));

    private static ConflictSibling Chosen(Conflict conflict, ConflictSibling sibling) =>
        conflict.Siblings.Any(candidate => candidate.Version == sibling.Version)
        || conflict.Base?.Version == sibling.Version
            ? sibling
            : throw new ArgumentException(
                $"The version {sibling.Version} is no side of the conflict of {conflict.Collection}/{conflict.Key}.",
                nameof(sibling));

    private sealed class Computed(Func<Conflict, IPayloadSerializer, ReadOnlyMemory<byte>?> compute) : Resolution
    {
        internal override ReadOnlyMemory<byte>? PayloadFor(Conflict conflict, IPayloadSerializer serializer) =>
            compute(conflict, serializer);
    }
}
