using System.Buffers;
using System.Collections.Immutable;
using MessagePack;
using Ordo.Sync.Errors;
using Ordo.Sync.Replication.Codec;

namespace Ordo.Sync.Replication.Bundles;

/// <summary>
/// What a replica knows of each scope: handed to whoever exports a bundle for it, so that the bundle holds only what it lacks. Holds
/// no record. Immutable.
/// </summary>
public sealed class BundleKnowledge
{
    private const int Kind = 80;
    private const int ScopesMax = 100_000;
    private readonly ImmutableSortedDictionary<string, GlobalVector> _scopes;

    private BundleKnowledge(ImmutableSortedDictionary<string, GlobalVector> scopes) => _scopes = scopes;

    /// <summary>Knows nothing: a bundle for it holds everything.</summary>
    public static BundleKnowledge Nothing { get; } =
        new(ImmutableSortedDictionary.Create<string, GlobalVector>(StringComparer.Ordinal));

    /// <summary>The scopes it knows of.</summary>
    public IEnumerable<string> Scopes => _scopes.Keys;

    /// <summary>What is known of a scope.</summary>
    internal GlobalVector Of(string scope) => _scopes.GetValueOrDefault(scope, GlobalVector.Empty);

    /// <summary>This knowledge and that of a scope.</summary>
    internal BundleKnowledge With(string scope, GlobalVector known) => new(_scopes.SetItem(scope, known));

    /// <summary>Its bytes, to be kept or sent.</summary>
    public byte[] ToBytes()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.WriteArrayHeader(2);
        writer.Write(Kind);
        writer.WriteArrayHeader(_scopes.Count * 2);
        foreach ((string scope, GlobalVector known) in _scopes)
        {
            writer.Write(scope);
            WireFormat.Write(ref writer, known);
        }

        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="SyncException">The bytes are malformed.</exception>
    public static BundleKnowledge Parse(ReadOnlyMemory<byte> bytes) =>
        WireFormat.Decode(bytes, "knowledge", static bytes =>
        {
            var reader = new MessagePackReader(bytes);
            if (reader.ReadArrayHeader() != 2 || reader.ReadInt32() != Kind)
            {
                throw new MessagePackSerializationException("it is not what a replica knows.");
            }

            int count = WireFormat.ReadCount(ref reader, ScopesMax * 2, "elements");
            BundleKnowledge knowledge = Nothing;
            for (int i = 0; i < count; i += 2)
            {
                knowledge = knowledge.With(MessageChecks.Scope(reader.ReadString()), WireFormat.ReadVector(ref reader));
            }

            WireFormat.ReadTail(ref reader, 0);
            return knowledge;
        });
}
