using System.Buffers;
using System.Collections.Concurrent;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Codec;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Forgetting;

/// <summary>
/// Who takes part in which scope and what each last showed to know: below what all of them know, a hub may forget deletes. Kept in
/// memory while requests come, so that a pull need not write, and made durable by <see cref="FlushAsync"/>; what is lost with the
/// process makes a subscriber look older than it is, which costs it a longer transfer at worst. Thread-safe.
/// </summary>
/// <param name="store">The open store.</param>
/// <param name="time">The clock.</param>
public sealed class SubscriberLedger(IRecordStore store, TimeProvider time)
{
    private const int NotedMax = 100_000;
    private const int ReadMax = 1_000_000;

    private readonly ConcurrentDictionary<(string Scope, ReplicaId Replica), Subscriber> _noted = new();

    /// <summary>Takes note of what a replica showed to know. Beyond 100,000 that wait for a flush nothing more is noted.</summary>
    public void Note(string scope, ReplicaId replica, GlobalVector knowledge)
    {
        if (_noted.Count < NotedMax)
        {
            _noted[(scope, replica)] = new Subscriber(replica, knowledge, time.GetUtcNow());
        }
    }

    /// <summary>Makes what was noted durable.</summary>
    /// <returns>The number of entries written.</returns>
    public async ValueTask<int> FlushAsync(CancellationToken cancellationToken = default)
    {
        KeyValuePair<(string Scope, ReplicaId Replica), Subscriber>[] noted = [.. _noted];
        if (noted.Length == 0)
        {
            return 0;
        }

        await using IStoreTransaction transaction = await store.BeginAsync(cancellationToken).ConfigureAwait(false);
        foreach (((string scope, ReplicaId replica), Subscriber subscriber) in noted)
        {
            await transaction.SetLocalAsync(AreaOf(scope), replica.ToString(), Encode(subscriber), cancellationToken)
                .ConfigureAwait(false);
        }

        await transaction.CommitAsync(Durability.Normal, cancellationToken).ConfigureAwait(false);
        foreach (KeyValuePair<(string Scope, ReplicaId Replica), Subscriber> entry in noted)
        {
            // Only what was written: who came meanwhile waits for the next flush.
            _noted.TryRemove(entry);
        }

        return noted.Length;
    }

    /// <summary>The subscribers of a scope, as far as they are durable.</summary>
    public static async ValueTask<IReadOnlyList<Subscriber>> ListAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        IReadOnlyList<LocalEntry> entries = await snapshot
            .ListLocalAsync(AreaOf(scope), afterKey: null, ReadMax, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(entry => Decode(StoredForm.ReadName(entry.Key, "a subscriber's id", ReplicaId.Parse), entry.Value))];
    }

    /// <summary>Forgets a subscriber that was not seen for too long.</summary>
    public static ValueTask RemoveAsync(
        IStoreTransaction transaction, string scope, ReplicaId replica, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.RemoveLocalAsync(AreaOf(scope), replica.ToString(), cancellationToken);
    }

    private static string AreaOf(string scope) => $"subscribers/{scope}";

    private static byte[] Encode(Subscriber subscriber)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(subscriber.SeenAt.ToUnixTimeMilliseconds());
        WireFormat.Write(ref writer, subscriber.Knowledge);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static Subscriber Decode(ReplicaId replica, ReadOnlyMemory<byte> value) =>
        StoredForm.Decode(value, "a subscriber's knowledge", value =>
        {
            var reader = new MessagePackReader(value);
            long seenAt = reader.ReadInt64();
            return new Subscriber(
                replica, WireFormat.ReadVector(ref reader), DateTimeOffset.FromUnixTimeMilliseconds(seenAt));
        });
}
