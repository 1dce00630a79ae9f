using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.State;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>What a checkpoint says of itself at its end: how much it holds, and the digest of all its frames.</summary>
/// <param name="Records">The number of records.</param>
/// <param name="Journal">The number of journal entries.</param>
/// <param name="Locals">The number of local entries.</param>
/// <param name="Scopes">The number of scopes.</param>
/// <param name="Digest">XXH128 of the payloads of all frames, in their order.</param>
internal readonly record struct CheckpointFooter(long Records, long Journal, long Locals, long Scopes, UInt128 Digest)
{
    /// <summary>The footer that a state's checkpoint has.</summary>
    public static CheckpointFooter Of(StoreImage image, UInt128 digest) =>
        new(image.RecordCount, image.Journal.Count, image.Locals.Count, image.Scopes.Count, digest);

    public void Write(ByteWriter writer)
    {
        writer.WriteNumber(Records);
        writer.WriteNumber(Journal);
        writer.WriteNumber(Locals);
        writer.WriteNumber(Scopes);
        writer.WriteUInt128(Digest);
    }

    /// <exception cref="InvalidDataException">The bytes are no footer.</exception>
    public static CheckpointFooter Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        return new CheckpointFooter(
            reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadNumber(), reader.ReadUInt128());
    }
}
