using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Ordo.Sync.Cli.Output;

/// <summary>Where results go: tables for people, or one JSON object for scripts.</summary>
internal sealed class Screen(bool isJson)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a result, in one of its two forms.</summary>
    public void Write(JsonObject result, Action<IAnsiConsole> people)
    {
        if (isJson)
        {
            Console.Out.WriteLine(result.ToJsonString(Indented));
            return;
        }

        IAnsiConsole console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
        {
            // A pipe has no width; without this, tables would be folded at 80 columns.
            console.Profile.Width = 240;
        }

        people(console);
    }

    /// <summary>A table with headings; the cells are plain text.</summary>
    public static Table Table(params string[] headings)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(new Text(heading)));
        }

        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Add(Table table, params object?[] cells) => table.AddRow(
        [.. cells.Select(cell => new Text(Convert.ToString(cell, System.Globalization.CultureInfo.InvariantCulture) ?? string.Empty))]);

    /// <summary>Says a line of plain text.</summary>
    public static void Say(IAnsiConsole console, string line) => console.WriteLine(line);
}
