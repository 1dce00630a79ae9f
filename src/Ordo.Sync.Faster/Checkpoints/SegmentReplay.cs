using Microsoft.Extensions.Logging;
using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>Does the commits of one segment of the log again, and judges what stands behind the last of them.</summary>
internal sealed class SegmentReplay(
    string store, FileHead identity, StoreImage image, OperationReplay replay, ILogger logger)
{
    /// <summary>Does the commits again; returns where the next frame of the segment goes.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="first">The commit it is to begin with.</param>
    /// <param name="next">The commit that the next segment begins with; <see langword="null"/> where this is the last.</param>
    /// <exception cref="SyncException">The segment is damaged, or commits are missing.</exception>
    public long Run(IStoreFile segment, long first, long? next)
    {
        CheckHead(segment, first);
        if (image.Commit + 1 != first)
        {
            throw Failures.Corrupt(
                store, $"the log '{segment.Name}' begins with commit {first}, commit {image.Commit + 1} is missing");
        }

        var reader = new FrameReader(segment, identity.Salt);
        while (reader.TryRead())
        {
            FrameHead head = reader.Head;
            if (head.Sequence != image.Commit + 1)
            {
                throw Failures.Corrupt(
                    store, $"the log '{segment.Name}' goes on with commit {head.Sequence} behind commit {image.Commit}");
            }

            if (head.Kind == FrameKind.Sealed)
            {
                return next == head.Sequence
                    ? reader.Offset
                    : throw Failures.Corrupt(store, $"the log that begins with commit {head.Sequence} is missing");
            }

            Apply(segment, reader);
            image.Commit = head.Sequence;
        }

        if (next is { } following)
        {
            return following == image.Commit + 1
                ? reader.Offset
                : throw Failures.Corrupt(
                    store, $"the log '{segment.Name}' is damaged behind commit {image.Commit}, {following - 1} was its last");
        }

        if (reader.IsDamagedAt(image.Commit + 1))
        {
            throw Failures.Corrupt(store, $"commit {image.Commit + 1} in the log '{segment.Name}' is damaged");
        }

        if (reader.CountRest() is > 0 and var torn)
        {
            StoreLog.TornTail(logger, store, torn, image.Commit);
        }

        return reader.Offset;
    }

    private void CheckHead(IStoreFile segment, long first)
    {
        try
        {
            FileHead head = FileHead.Read(store, segment, FileKind.Log);
            if (head.StoreId != identity.StoreId || head.Sequence != first)
            {
                throw new InvalidDataException($"the log '{segment.Name}' belongs to another store or another place");
            }
        }
        catch (InvalidDataException exception)
        {
            throw Failures.Corrupt(store, exception.Message, exception);
        }
    }

    private void Apply(IStoreFile segment, FrameReader reader)
    {
        if (reader.Head.Kind == FrameKind.Closed)
        {
            return;
        }

        try
        {
            if (reader.Head.Kind != FrameKind.Operations)
            {
                throw new InvalidDataException($"frames of kind {reader.Head.Kind} do not belong there");
            }

            replay.Apply(reader.Payload);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw Failures.Corrupt(
                store,
                $"commit {reader.Head.Sequence} in the log '{segment.Name}' cannot be done again: {exception.Message}",
                exception);
        }
    }
}
