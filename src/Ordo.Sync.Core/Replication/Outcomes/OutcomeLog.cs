using System.Buffers;
using System.Globalization;
using MessagePack;
using Ordo.Sync.Causality;
using Ordo.Sync.Replication.Forgetting;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Replication.Outcomes;

/// <summary>
/// The durable log of what became of this device's writes where they were not simply accepted. Bounded: the newest
/// <see cref="EntriesMax"/> of a scope stay. What it does not name and the peer knows was accepted.
/// </summary>
public static class OutcomeLog
{
    /// <summary>The most outcomes that a scope keeps.</summary>
    public const int EntriesMax = 10_000;

    private const string CountsArea = "outcome-counts";
    private const string AcknowledgedArea = "acknowledged";
    private const int PruneCount = 1_000;

    /// <summary>Writes outcomes into a transaction of the caller; one logged before is replaced.</summary>
    public static async ValueTask AddAsync(
        IStoreTransaction transaction,
        string scope,
        IReadOnlyCollection<OutcomeEntry> entries,
        DateTimeOffset now,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(entries);
        if (entries.Count == 0)
        {
            return;
        }

        string area = AreaOf(scope);
        long count = await ReadCountAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        foreach (OutcomeEntry entry in entries)
        {
            string key = KeyOf(entry.Version);
            bool isNew = await transaction.GetLocalAsync(area, key, cancellationToken).ConfigureAwait(false) is null;
            count += isNew ? 1 : 0;
            byte[] value = Encode(entry, now.ToUnixTimeMilliseconds());
            await transaction.SetLocalAsync(area, key, value, cancellationToken).ConfigureAwait(false);
        }

        if (count > EntriesMax + PruneCount)
        {
            count -= await PruneAsync(transaction, scope, (int)(count - EntriesMax), cancellationToken).ConfigureAwait(false);
        }

        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(count.ToString(CultureInfo.InvariantCulture));
        await transaction.SetLocalAsync(CountsArea, scope, bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the log names any version of a scope.</summary>
    internal static async ValueTask<bool> HasAnyAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken = default) =>
        await ReadCountAsync(snapshot, scope, cancellationToken).ConfigureAwait(false) > 0;

    /// <summary>The outcome of one version; <see langword="null"/> where the log does not name it.</summary>
    public static async ValueTask<LoggedOutcome?> FindAsync(
        IStoreSnapshot snapshot, string scope, GlobalDot version, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ReadOnlyMemory<byte>? bytes = await snapshot
            .GetLocalAsync(AreaOf(scope), KeyOf(version), cancellationToken).ConfigureAwait(false);
        return bytes is { } value ? Decode(scope, value) : null;
    }

    /// <summary>Reads outcomes of a scope in the order of their versions.</summary>
    /// <param name="snapshot">The state to read.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="after">Begins behind this version; <see langword="null"/> at the first.</param>
    /// <param name="countMax">The most to return.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async ValueTask<IReadOnlyList<LoggedOutcome>> ListAsync(
        IStoreSnapshot snapshot,
        string scope,
        GlobalDot? after,
        int countMax,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        IReadOnlyList<LocalEntry> entries = await snapshot
            .ListLocalAsync(AreaOf(scope), after is { } version ? KeyOf(version) : null, countMax, cancellationToken)
            .ConfigureAwait(false);
        return [.. entries.Select(entry => Decode(scope, entry.Value))];
    }

    /// <summary>Notes how far a peer has this replica's writes: what it has and the log does not name was accepted.</summary>
    public static async ValueTask AcknowledgeAsync(
        IStoreTransaction transaction, string scope, GlobalDot upTo, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        GlobalVector before = await ReadAcknowledgedAsync(transaction, scope, cancellationToken).ConfigureAwait(false);
        if (before[upTo.Replica] >= upTo.Counter)
        {
            return;
        }

        var after = GlobalVector.Of(before.Entries.Where(dot => dot.Replica != upTo.Replica).Append(upTo));
        await transaction.SetLocalAsync(AcknowledgedArea, scope, GlobalVectorCodec.Encode(after), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>How far any peer has had this replica's writes.</summary>
    public static async ValueTask<GlobalVector> ReadAcknowledgedAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ReadOnlyMemory<byte>? bytes = await snapshot
            .GetLocalAsync(AcknowledgedArea, scope, cancellationToken).ConfigureAwait(false);
        return bytes is { } value ? GlobalVectorCodec.Decode(value) : GlobalVector.Empty;
    }

    /// <summary>Forgets all outcomes of a scope.</summary>
    public static async ValueTask DropAsync(
        IStoreTransaction transaction, string scope, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        while (await PruneAsync(transaction, scope, PruneCount, cancellationToken).ConfigureAwait(false) > 0)
        {
        }

        await transaction.RemoveLocalAsync(CountsArea, scope, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<long> ReadCountAsync(
        IStoreSnapshot snapshot, string scope, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>? bytes = await snapshot
            .GetLocalAsync(CountsArea, scope, cancellationToken).ConfigureAwait(false);
        return bytes is { } value
            ? StoredForm.Decode(value, "the number of outcomes", static value =>
                int.Parse(System.Text.Encoding.ASCII.GetString(value.Span), NumberStyles.None, CultureInfo.InvariantCulture))
            : 0;
    }

    private static async ValueTask<int> PruneAsync(
        IStoreTransaction transaction, string scope, int count, CancellationToken cancellationToken)
    {
        string area = AreaOf(scope);
        IReadOnlyList<LocalEntry> oldest = await transaction
            .ListLocalAsync(area, afterKey: null, count, cancellationToken).ConfigureAwait(false);
        foreach (LocalEntry entry in oldest)
        {
            await transaction.RemoveLocalAsync(area, entry.Key, cancellationToken).ConfigureAwait(false);
        }

        return oldest.Count;
    }

    private static string AreaOf(string scope) => $"outcomes/{scope}";

    private static string KeyOf(GlobalDot version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Replica}{version.Counter:x12}");

    private static byte[] Encode(OutcomeEntry entry, long unixMilliseconds)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(output);
        writer.Write(unixMilliseconds);
        OutcomeCodec.Write(ref writer, entry);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static LoggedOutcome Decode(string scope, ReadOnlyMemory<byte> bytes) =>
        StoredForm.Decode(bytes, "an outcome", bytes =>
        {
            var reader = new MessagePackReader(bytes);
            long at = reader.ReadInt64();
            return new LoggedOutcome(scope, OutcomeCodec.Read(ref reader), at);
        });
}
