using System.Collections.Immutable;
using System.Linq.Expressions;
using Ordo.Sync.Engine.ConflictFree;
using Ordo.Sync.Engine.Payloads;

namespace Ordo.Sync.Engine.Collections;

/// <summary>Says which fields of a record to change; the others stay as they are.</summary>
/// <typeparam name="T">The app's type.</typeparam>
public sealed partial class PatchBuilder<T>
{
    private readonly IPayloadSerializer _serializer;
    private readonly List<KeyValuePair<string, ReadOnlyMemory<byte>>> _fields = [];

    internal PatchBuilder(IPayloadSerializer serializer, ImmutableArray<ConflictFreeField> conflictFree)
    {
        _serializer = serializer;
        _conflictFree = conflictFree;
    }

    internal IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Fields => _fields;

    /// <summary>Sets a member, or one of a nested object: <c>p.Set(x => x.Address.City, "Graz")</c>.</summary>
    public PatchBuilder<T> Set<TValue>(Expression<Func<T, TValue>> member, TValue value)
    {
        _fields.Add(new(PlainPathOf(member), _serializer.SerializeField(value)));
        return this;
    }

    /// <summary>Removes a member's field; readers see its default.</summary>
    public PatchBuilder<T> Remove<TValue>(Expression<Func<T, TValue>> member)
    {
        _fields.Add(new(PlainPathOf(member), default));
        return this;
    }
}
