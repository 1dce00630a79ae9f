using System.Globalization;
using Ordo.Sync.Sqlite.Driver;

namespace Ordo.Sync.Sqlite.Maintenance;

/// <summary>
/// Gives pages that removed records left free back to the file system, a bounded number at a time. A store keeps some: what
/// is removed today is often written again tomorrow, and a file that shrinks and grows costs more than one that stays.
/// </summary>
internal static class FreePages
{
    /// <summary>The most pages a writer waits for at once: 1 MiB.</summary>
    private const int StepPages = 256;

    /// <summary>Free pages that are worth no work: 4 MiB.</summary>
    private const int KeptPages = 1024;

    /// <summary>Whether so many pages are free that the file is to shrink: over 4 MiB and over a quarter of it.</summary>
    public static bool AreMany(Connection connection)
    {
        using Lock.Scope held = connection.Gate.EnterScope();
        return !connection.IsClosed && Count(connection) > 0;
    }

    /// <summary>Frees one step's pages. On the writer's connection, in its turn.</summary>
    /// <returns>Whether there are more.</returns>
    public static bool Reclaim(Connection writer)
    {
        using Lock.Scope held = writer.Gate.EnterScope();
        if (writer.IsClosed)
        {
            return false;
        }

        long surplus = Count(writer);
        if (surplus > 0)
        {
            writer.Execute(string.Create(
                CultureInfo.InvariantCulture, $"PRAGMA incremental_vacuum({Math.Min(StepPages, surplus)})"));
        }

        return surplus > StepPages;
    }

    private static long Count(Connection connection)
    {
        // A store made before this was so shrinks by CompactAsync only, once; incremental steps follow then.
        bool isIncremental = connection.QueryInt64("PRAGMA auto_vacuum") == 2;
        long free = isIncremental ? connection.QueryInt64("PRAGMA freelist_count") : 0;
        return free > KeptPages && free > connection.QueryInt64("PRAGMA page_count") / 4 ? free - KeptPages : 0;
    }
}
