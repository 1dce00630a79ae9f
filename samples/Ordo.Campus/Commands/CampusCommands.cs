using System.CommandLine;
using Ordo.Campus.Device;
using Ordo.Campus.Identity;
using Ordo.Campus.Shared.Commands;

namespace Ordo.Campus.Commands;

/// <summary>The command line: a whole campus, or its hub or one device alone.</summary>
internal static class CampusCommands
{
    public static RootCommand Create()
    {
        Option<string?> data = Data();
        var folder = new Option<string?>("--folder")
        {
            Description = "Where hub and devices keep what they hold, to go on from there the next time; by default a temporary folder "
                + "that is removed at the end.",
        };
        Option<int> port = BoundedOption.Create(
            "--port", "The hub's port on loopback; the devices take the next three. 0 takes free ones.", 0, 0, 65_532);
        Option<bool> attached = Attached();
        Option<int> presence = Presence();
        var root = new RootCommand(
            "Ordo Campus: a hub and three devices (lecturer, student, registrar), each a process with a store of its own. "
            + "Prints their addresses; Ctrl+C stops all.")
        {
            data, folder, port, presence, attached, Hub(), Device(),
        };
        root.SetAction((parsed, cancellationToken) => Refusals.ReportAsync(() => LaunchCommand.ExecuteAsync(
            new LaunchSettings(
                parsed.GetValue(folder),
                parsed.GetValue(port),
                parsed.GetValue(data),
                parsed.GetValue(presence),
                parsed.GetValue(attached)),
            cancellationToken)));
        return root;
    }

    private static Command Hub()
    {
        Option<string> folder = RequiredFolder("The campus's folder; the hub's own is 'hub' in it.");
        Option<int> port = Port();
        Option<bool> attached = Attached();
        var command = new Command("hub", "Runs a hub alone, until it is stopped; prints its address.") { folder, port, attached };
        command.SetAction((parsed, cancellationToken) => Refusals.ReportAsync(() => ServeCommand.HubAsync(
            parsed.GetRequiredValue(folder), parsed.GetValue(port), parsed.GetValue(attached), cancellationToken)));
        return command;
    }

    private static Command Device()
    {
        Option<string> folder = RequiredFolder("The campus's folder; the device's own is named after its role in it.");
        Option<int> port = Port();
        Option<bool> attached = Attached();
        Option<string?> data = Data();
        Option<int> presence = Presence();
        var import = new Option<bool>("--import") { Description = "Fill the campus, if it is empty." };
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

                result.AddError("--hub is an address, as in http://127.0.0.1:5000.");
                return null;
            },
        };
        var role = new Option<string>("--role") { Description = "Who works at it.", Required = true };
        role.AcceptOnlyFromAmong([.. CampusRole.All.Select(item => item.Name)]);
        var command = new Command("device", "Runs one device alone, until it is stopped; prints the address of its pages.")
        {
            role, folder, hub, port, import, data, presence, attached,
        };
        command.SetAction((parsed, cancellationToken) => Refusals.ReportAsync(() =>
        {
            CampusRole who = CampusRole.Find(parsed.GetRequiredValue(role))!;
            var settings = new DeviceSettings(
                who,
                Path.GetFullPath(Path.Combine(parsed.GetRequiredValue(folder), who.Name)),
                parsed.GetRequiredValue(hub),
                parsed.GetValue(port))
            {
                PresenceLifetime = TimeSpan.FromSeconds(parsed.GetValue(presence)),
                Imports = parsed.GetValue(import),
                Data = parsed.GetValue(data),
            };
            return ServeCommand.DeviceAsync(settings, parsed.GetValue(attached), cancellationToken);
        }));
        return command;
    }

    private static Option<string?> Data() => new("--data")
    {
        Description = "The folder that holds 'oulad/' and 'forum/': fills a new campus with real results and posts. Without it, content "
            + "is made up.",
    };

    private static Option<string> RequiredFolder(string description) =>
        new("--folder") { Description = description, Required = true };

    private static Option<int> Port() =>
        BoundedOption.Create("--port", "The port on loopback; 0 takes a free one.", 0, 0, 65_535);

    private static Option<int> Presence() => BoundedOption.Create(
        "--presence", "After how many seconds of silence somebody's cursor in a note goes.", 30, 1, 3_600);

    private static Option<bool> Attached() => new("--attached")
    {
        Description = "Stop when standard input ends: with whoever started the process.",
    };
}
