using System.CommandLine;
using Ordo.Campus.Shared.Commands;

namespace Ordo.Campus.Sync.Commands;

/// <summary>The command line: the whole story, or a hub or a device alone.</summary>
internal static class CampusCommands
{
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "The folder that holds 'oulad/studentAssessment.csv.gz' and 'oulad/assessments.csv.gz'; by default what "
            + "ORDO_DATA names. Without either, grades are made up.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ORDO_DATA"),
        Recursive = true,
    };

    private static readonly Option<int> Records = BoundedOption.Create(
        "--records", "How many grades to make up.", 20_000, 1, 10_000_000, isRecursive: true);

    public static RootCommand Create()
    {
        Option<int> devices = BoundedOption.Create("--devices", "How many devices sync through the hub.", 3, 2, 16);
        Option<int> edits = BoundedOption.Create("--edits", "How many grades each device changes offline.", 500, 0, 1_000_000);
        var folder = new Option<string?>("--folder")
        {
            Description = "Where to put the stores, and to leave them for a look; by default a temporary folder that is removed.",
        };
        var root = new RootCommand(
            "Several devices, each with its own store, work offline, sync through a hub on this machine, and converge.")
        {
            Data, Records, devices, edits, folder, Hub(), Device(),
        };
        root.SetAction((parsed, cancellationToken) => Refusals.ReportAsync(
            stopping => RunCommand.ExecuteAsync(
                new RunSettings(
                    parsed.GetValue(Data),
                    parsed.GetValue(Records),
                    parsed.GetValue(devices),
                    parsed.GetValue(edits),
                    parsed.GetValue(folder)),
                stopping),
            cancellationToken));
        return root;
    }

    private static Command Hub()
    {
        Option<string> file = RequiredFile("The hub's database file.");
        Option<int> port = BoundedOption.Create("--port", "The port on loopback; 0 takes a free one.", 0, 0, 65_535);
        var command = new Command("hub", "Runs a hub alone, until it is stopped; prints its address.") { file, port };
        command.SetAction((parsed, cancellationToken) => Refusals.ReportAsync(
            stopping => HubCommand.ExecuteAsync(parsed.GetRequiredValue(file), parsed.GetValue(port), stopping), cancellationToken));
        return command;
    }

    private static Command Device()
    {
        Option<string> file = RequiredFile("The device's database file.");
        var hub = new Option<Uri>("--hub")
        {
            Description = "The hub's address, as it printed it.",
            Required = true,
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address))
                {
                    return address;
                }

                result.AddError("--hub is an address, as in http://127.0.0.1:5000/sync.");
                return null;
            },
        };
        var name = new Option<string>("--name") { Description = "Who writes.", DefaultValueFactory = _ => "device" };
        var import = new Option<bool>("--import") { Description = "Write all grades before the sync." };
        Option<int> attempts = BoundedOption.Create("--attempts", "How often to sync at most, until a sync completes.", 1, 1, 100_000);
        Option<int> page = BoundedOption.Create("--page", "The most KiB of a page on the wire: less shows resuming better.", 2048, 16, 2048);
        var command = new Command("device", "Runs one device: imports where asked, syncs, prints what it holds.")
        {
            file, hub, name, import, attempts, page,
        };
        command.SetAction((parsed, cancellationToken) => Refusals.ReportAsync(
            stopping => DeviceCommand.ExecuteAsync(
                new DeviceSettings(
                    parsed.GetRequiredValue(file),
                    parsed.GetRequiredValue(hub),
                    parsed.GetRequiredValue(name),
                    parsed.GetValue(Data),
                    parsed.GetValue(Records),
                    parsed.GetValue(import),
                    parsed.GetValue(attempts),
                    parsed.GetValue(page)),
                stopping),
            cancellationToken));
        return command;
    }

    private static Option<string> RequiredFile(string description) =>
        new("--file") { Description = description, Required = true };
}
