using System;
using System.IO;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies the engine's sources and puts the faults of a list in their places. A place that is not there exactly once fails the build: then
/// the engine has changed, and its fault has to be planted anew.
/// </summary>
public sealed class PlantMutants : Task
{
    [Required]
    public string List { get; set; } = "";

    [Required]
    public string Sources { get; set; } = "";

    [Required]
    public string Target { get; set; } = "";

    public override bool Execute()
    {
        if (Directory.Exists(Target))
        {
            Directory.Delete(Target, recursive: true);
        }

        foreach (string source in Directory.GetFiles(Sources, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetFullPath(source).Substring(Path.GetFullPath(Sources).Length);
            if (!name.StartsWith("bin", StringComparison.Ordinal) && !name.StartsWith("obj", StringComparison.Ordinal))
            {
                string copy = Path.Combine(Target, name);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(source, copy);
            }
        }

        string file = "";
        string healthy = "";
        string[] lines = File.ReadAllLines(List);
        for (int i = 0; i < lines.Length && !Log.HasLoggedErrors; i++)
        {
            string text = lines[i].Length > 2 ? lines[i].Substring(2) : "";
            if (lines[i].StartsWith("@ ", StringComparison.Ordinal))
            {
                file = Path.Combine(Target, text);
            }
            else if (lines[i].StartsWith("- ", StringComparison.Ordinal))
            {
                healthy = text;
            }
            else if (lines[i].StartsWith("+ ", StringComparison.Ordinal))
            {
                Plant(file, healthy, text, i + 1);
            }
        }

        return !Log.HasLoggedErrors;
    }

    private void Plant(string file, string healthy, string faulty, int line)
    {
        string code = File.Exists(file) ? File.ReadAllText(file) : "";
        int at = code.IndexOf(healthy, StringComparison.Ordinal);
        if (at < 0 || code.IndexOf(healthy, at + 1, StringComparison.Ordinal) >= 0)
        {
            Log.LogError("", "", "", List, line, 0, 0, 0, $"The place is not in {file} exactly once: {healthy}");
            return;
        }

        File.WriteAllText(file, code.Substring(0, at) + faulty + code.Substring(at + healthy.Length));
    }
}
