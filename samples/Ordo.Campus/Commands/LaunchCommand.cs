using System.Globalization;
using Ordo.Campus.Identity;
using Ordo.Campus.Shared.Commands;
using Ordo.Campus.Shared.Data;
using Spectre.Console;

namespace Ordo.Campus.Commands;

/// <summary>The whole campus: a hub and a device for each role, each in a process of its own.</summary>
internal static class LaunchCommand
{
    public static async Task<int> ExecuteAsync(LaunchSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Data is { } data)
        {
            OuladReader.Require(Path.Combine(data, "oulad"));
        }

        using var signals = new StopSignals(cancellationToken);
        if (settings.IsAttached)
        {
            _ = StopWithInputAsync(signals);
        }

        _ = StopWithDotnetRunAsync(signals);

        string place = Path.GetFullPath(
            settings.Folder ?? Path.Combine(Path.GetTempPath(), $"ordo-campus-web-{Environment.ProcessId}"));
        Directory.CreateDirectory(place);
        try
        {
            return await RunAsync(place, settings, signals.Token);
        }
        finally
        {
            if (settings.Folder is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }
    }

    private static async Task<int> RunAsync(string folder, LaunchSettings settings, CancellationToken cancellationToken)
    {
        Enrolment.Ensure(folder);
        var children = new List<ChildProcess>();
        try
        {
            AnsiConsole.MarkupLine("[grey]Starting a hub and three devices…[/]");
            ChildProcess hub = Add(children, ["hub", "--folder", folder, "--port", Number(settings.Port)]);
            string hubAddress = await hub.ReadAddressAsync(cancellationToken);
            var addresses = new List<(CampusRole Role, string Address)>();
            foreach (CampusRole role in CampusRole.All)
            {
                int devicePort = settings.Port == 0 ? 0 : settings.Port + 1 + addresses.Count;
                List<string> arguments =
                [
                    "device", "--role", role.Name, "--folder", folder, "--hub", hubAddress, "--port", Number(devicePort),
                    "--presence", Number(settings.PresenceSeconds),
                ];
                if (role == CampusRole.Registrar)
                {
                    arguments.AddRange(
                        settings.Data is { } data ? ["--import", "--data", Path.GetFullPath(data)] : ["--import"]);
                }

                addresses.Add((role, await Add(children, arguments).ReadAddressAsync(cancellationToken)));
            }

            Show(hubAddress, addresses);
            Task first = await Task.WhenAny([Task.Delay(Timeout.Infinite, cancellationToken), .. children.Select(c => c.Ended)]);
            await first;
            ChildProcess ended = children.First(child => child.Ended.IsCompleted);
            await Console.Error.WriteLineAsync($"'{ended.Name}' ended by itself with code {ended.ExitCode}; stopping the others.");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            await Task.WhenAll(children.Select(child => child.DisposeAsync().AsTask()));
        }
    }

    private static async Task StopWithDotnetRunAsync(StopSignals signals)
    {
        await DotnetRun.EndAsync(signals.Token);
        signals.Stop();
    }

    private static async Task StopWithInputAsync(StopSignals signals)
    {
        await StandardInput.EndAsync();
        signals.Stop();
    }

    private static ChildProcess Add(List<ChildProcess> children, IReadOnlyList<string> arguments)
    {
        var child = new ChildProcess(arguments);
        children.Add(child);
        return child;
    }

    private static void Show(string hub, List<(CampusRole Role, string Address)> devices)
    {
        Table table = new Table().RoundedBorder().AddColumns("Who", "Person", "Address");
        foreach ((CampusRole role, string address) in devices)
        {
            table.AddRow(role.Name, role.Person, $"[link={address}]{address}[/]");
        }

        table.AddRow("[grey]hub[/]", string.Empty, $"[grey]{hub}[/]");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLine("Open each in a window of its own. [bold]Ctrl+C[/] stops all.");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
