using System.Globalization;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>What a writing process is to do; travels in its environment.</summary>
/// <param name="Work">What to do: write until killed (storm: on a bad network), fill or freeze the disk, grow or touch a store.</param>
/// <param name="File">The device's SQLite file.</param>
/// <param name="Store">Where its marks are kept.</param>
/// <param name="Durability">How durable a write is when it returns.</param>
/// <param name="FirstValue">The first value to write: greater than any before; for grow and touch, how many records.</param>
/// <param name="Hub">The hub to sync with all the while; <see langword="null"/> where there is none.</param>
internal sealed record WriterOrder(
    string Work, string File, WriterStore Store, Durability Durability, long FirstValue, Uri? Hub = null)
{
    private const string Variable = "ORDO_PROCESS_WRITER";

    /// <summary>The order of this process; <see langword="null"/> where it is no writing process.</summary>
    public static WriterOrder? Mine()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty).Split('|');
        return parts.Length != 6
            ? null
            : new WriterOrder(
                parts[0],
                parts[1],
                Enum.Parse<WriterStore>(parts[2]),
                Enum.Parse<Durability>(parts[3]),
                long.Parse(parts[4], CultureInfo.InvariantCulture),
                parts[5].Length == 0 ? null : new Uri(parts[5]));
    }

    /// <summary>Puts the order into the environment of a process to start.</summary>
    public void Give(IDictionary<string, string?> environment) => environment[Variable] = string.Create(
        CultureInfo.InvariantCulture, $"{Work}|{File}|{Store}|{Durability}|{FirstValue}|{Hub}");
}
