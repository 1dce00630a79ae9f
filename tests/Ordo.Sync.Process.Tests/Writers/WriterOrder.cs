using System.Globalization;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Process.Tests.Writers;

/// <summary>What a writing process is to do; travels in its environment.</summary>
/// <param name="Work">What to do: write until killed, or fill the disk.</param>
/// <param name="File">The store's file.</param>
/// <param name="Durability">How durable a write is when it returns.</param>
/// <param name="FirstValue">The first value to write: greater than any before.</param>
internal sealed record WriterOrder(string Work, string File, Durability Durability, long FirstValue)
{
    private const string Variable = "ORDO_PROCESS_WRITER";

    /// <summary>The order of this process; <see langword="null"/> where it is no writing process.</summary>
    public static WriterOrder? Mine()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) ?? string.Empty).Split('|');
        return parts.Length != 4
            ? null
            : new WriterOrder(
                parts[0],
                parts[1],
                Enum.Parse<Durability>(parts[2]),
                long.Parse(parts[3], CultureInfo.InvariantCulture));
    }

    /// <summary>Puts the order into the environment of a process to start.</summary>
    public void Give(IDictionary<string, string?> environment) =>
        environment[Variable] = string.Create(CultureInfo.InvariantCulture, $"{Work}|{File}|{Durability}|{FirstValue}");
}
