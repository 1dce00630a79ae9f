using System.IO.Hashing;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>Reads a checkpoint into an empty state, and believes it only as a whole.</summary>
internal static class CheckpointReader
{
    /// <exception cref="InvalidDataException">The checkpoint is damaged; what it did to state and values is worth nothing.</exception>
    public static void Read(
        string store, IStoreFiles files, FileHead identity, long sequence, StoreImage image, ValueStore values)
    {
        using IStoreFile file = files.Open(FileNames.Checkpoint(sequence));
        FileHead head = FileHead.Read(store, file, FileKind.Checkpoint);
        if (head.StoreId != identity.StoreId || head.Sequence != sequence)
        {
            throw new InvalidDataException($"the file '{file.Name}' belongs to another store or another commit");
        }

        var reader = new FrameReader(file, identity.Salt);
        var replay = new OperationReplay(image, values);
        var digest = new XxHash128();
        for (long expected = 1; ; expected++)
        {
            if (!reader.TryRead() || reader.Head.Sequence != expected)
            {
                throw new InvalidDataException($"frame {expected} of the file '{file.Name}' is damaged or missing");
            }

            if (reader.Head.Kind == FrameKind.Footer)
            {
                break;
            }

            digest.Append(reader.Payload.Span);
            replay.Apply(reader.Payload);
        }

        CheckpointFooter footer = CheckpointFooter.Read(reader.Payload);
        CheckpointFooter found = CheckpointFooter.Of(image, digest.GetCurrentHashAsUInt128());
        if (footer != found || reader.Offset != file.Length)
        {
            throw new InvalidDataException($"the file '{file.Name}' does not hold what its end says: {found}, {footer}");
        }

        image.Commit = sequence;
    }
}
