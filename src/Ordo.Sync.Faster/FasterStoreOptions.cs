using System.Collections.Immutable;
using System.Numerics;
using Ordo.Sync.Records;

namespace Ordo.Sync.Faster;

/// <summary>
/// How a <see cref="FasterRecordStore"/> keeps its folder. Give <see cref="Folder"/>; all else has a safe default. Read once,
/// when the store is made.
/// </summary>
public sealed class FasterStoreOptions
{
    private const int KibibytesMax = 64 * 1024 * 1024;
    private const int LogMemoryKiBMax = 1024 * 1024;

    /// <summary>The store's folder, of its own; it is made where it is not there.</summary>
    public string? Folder { get; set; }

    /// <summary>
    /// The memory in KiB for the values written last, 1024 to 1048576; rounded down to a power of two. Older values are read from
    /// the disk. An eighth of it is taken besides to find values by. The default is 8192.
    /// </summary>
    public int LogMemoryKiB { get; set; } = 8192;

    /// <summary>
    /// The memory in KiB for what is kept of every record, journal entry and local entry besides their values, 64 up; a write that
    /// needs more fails with <c>StoreFull</c>. A record costs about 190 bytes and twice the length of its key. The default is
    /// 65536, which is about 300,000 records.
    /// </summary>
    public int IndexMemoryMaxKiB { get; set; } = 65536;

    /// <summary>
    /// After this many KiB of log, and not before the log is as long as the last checkpoint, a checkpoint is written in the
    /// background; 64 up. The default is 16384.
    /// </summary>
    public int CheckpointAfterKiB { get; set; } = 16384;

    /// <summary>
    /// How long the records of a collection live, from when they were written; collections that are not named here live for ever.
    /// The store only finds what has expired (<see cref="FasterRecordStore.ListExpiredAsync"/>): deleting it is a write like any
    /// other.
    /// </summary>
    public IDictionary<string, TimeSpan> TimeToLive { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>Checks all values.</summary>
    /// <exception cref="ArgumentException">A value is missing or outside its range.</exception>
    internal StoreSettings Resolve()
    {
        Require(!string.IsNullOrWhiteSpace(Folder), nameof(Folder), "name the store's folder");
        RequireRange(LogMemoryKiB, 1024, LogMemoryKiBMax, nameof(LogMemoryKiB));
        RequireRange(IndexMemoryMaxKiB, 64, KibibytesMax, nameof(IndexMemoryMaxKiB));
        RequireRange(CheckpointAfterKiB, 64, KibibytesMax, nameof(CheckpointAfterKiB));
        foreach ((string collection, TimeSpan time) in TimeToLive)
        {
            string? reason = RecordNames.WhyNotCollection(collection);
            Require(reason is null, nameof(TimeToLive), reason ?? string.Empty);
            Require(time > TimeSpan.Zero, nameof(TimeToLive), $"the records of '{collection}' must live for some time");
        }

        return new StoreSettings(
            Path.GetFullPath(Folder!),
            BitOperations.Log2((uint)LogMemoryKiB) + 10,
            IndexMemoryMaxKiB * 1024L,
            CheckpointAfterKiB * 1024L,
            TimeToLive.ToImmutableDictionary(StringComparer.Ordinal));
    }

    private static void RequireRange(int value, int min, int max, string name) =>
        Require(value >= min && value <= max, name, $"it must be {min} to {max}");

    private static void Require(bool holds, string name, string why)
    {
        if (!holds)
        {
            throw new ArgumentException($"FasterStoreOptions.{name}: {why}.", name);
        }
    }
}
