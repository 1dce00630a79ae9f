using System.Buffers.Binary;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine;

/// <summary>
/// How far the hub's clock was ahead of this machine's when it was last measured, in the store: an app that starts again stamps by it until
/// the first answer of the hub, since a clock that was wrong mostly still is.
/// </summary>
internal static class KeptClockOffset
{
    // Differences below come from the network, and are not worth a write.
    private static readonly TimeSpan DriftMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366 * 1000);

    private const string Area = "clock";
    private const string Entry = "offset";

    /// <summary>Reads it; zero where it was never far.</summary>
    public static async ValueTask<TimeSpan> ReadAsync(IRecordStore store, CancellationToken cancellationToken)
    {
        await using IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await ReadAsync(snapshot, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes it where it is another than what the store says.</summary>
    public static async ValueTask KeepAsync(IRecordStore store, TimeSpan offset, CancellationToken cancellationToken)
    {
        await using (IStoreSnapshot snapshot = await store.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            TimeSpan kept = await ReadAsync(snapshot, cancellationToken).ConfigureAwait(false);
            if ((offset - kept).Duration() <= DriftMax)
            {
                return;
            }
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        await WriteAsync(transaction, offset, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes it in a transaction of its caller.</summary>
    public static ValueTask WriteAsync(IStoreTransaction transaction, TimeSpan offset, CancellationToken cancellationToken)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, offset.Ticks);
        return transaction.SetLocalAsync(Area, Entry, bytes, cancellationToken);
    }

    /// <summary>Reads it from a snapshot.</summary>
    public static async ValueTask<TimeSpan> ReadAsync(IStoreSnapshot snapshot, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot.GetLocalAsync(Area, Entry, cancellationToken).ConfigureAwait(false);
        return bytes is { } value ? StoredForm.Decode(value, "how far the hub's clock is ahead", Decode) : TimeSpan.Zero;
    }

    private static TimeSpan Decode(ReadOnlyMemory<byte> value)
    {
        long ticks = value.Length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(value.Span) : long.MaxValue;
        return ticks >= -Longest.Ticks && ticks <= Longest.Ticks
            ? new TimeSpan(ticks)
            : throw new FormatException("it is no length of time.");
    }
}
