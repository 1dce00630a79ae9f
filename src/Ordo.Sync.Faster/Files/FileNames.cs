using System.Globalization;

namespace Ordo.Sync.Faster.Files;

/// <summary>The names of a store's files: the number in a name is the sequence in the file's head.</summary>
internal static class FileNames
{
    /// <summary>The file that says that a store is here.</summary>
    public const string Identity = "store";

    /// <summary>The file by which a store notices that it was copied or put back.</summary>
    public const string Sidecar = "sidecar";

    /// <summary>What ends the names of files that are not finished.</summary>
    public const string Unfinished = ".unfinished";

    private const string LogPrefix = "log-";
    private const string CheckpointPrefix = "checkpoint-";

    public static string Log(long first) => LogPrefix + first.ToString("x16", CultureInfo.InvariantCulture);

    public static string Checkpoint(long last) => CheckpointPrefix + last.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The sequences of the log's segments there, least first.</summary>
    public static List<long> LogsIn(IEnumerable<string> names) => Sequences(names, LogPrefix);

    /// <summary>The sequences of the checkpoints there, least first.</summary>
    public static List<long> CheckpointsIn(IEnumerable<string> names) => Sequences(names, CheckpointPrefix);

    private static List<long> Sequences(IEnumerable<string> names, string prefix)
    {
        var sequences = new List<long>();
        foreach (string name in names)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal)
                && long.TryParse(
                    name.AsSpan(prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long found))
            {
                sequences.Add(found);
            }
        }

        sequences.Sort();
        return sequences;
    }
}
