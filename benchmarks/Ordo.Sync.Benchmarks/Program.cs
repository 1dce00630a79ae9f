using System.CommandLine;
using System.Diagnostics;
using BenchmarkDotNet.Running;
using Ordo.Sync.Benchmarks.Hosting;
using Ordo.Sync.Benchmarks.Micro;
using Ordo.Sync.Benchmarks.Reporting;
using Ordo.Sync.Benchmarks.Scenarios;

var name = new Argument<string>("name") { Description = "A scenario, 'list' or 'all'." };
var records = new Option<int?>("--records") { Description = "How many records; each scenario has its own default." };
var rounds = new Option<int>("--rounds") { Description = "Rounds that count; medians are reported.", DefaultValueFactory = _ => 3 };
var json = new Option<bool>("--json") { Description = "Print one JSON object a line." };
var scenario = new Command("scenario", "Measures a whole pipeline against a baseline of the same run.") { name, records, rounds, json };
scenario.SetAction(async (parsed, cancellationToken) =>
{
    string chosen = parsed.GetRequiredValue(name);
    if (chosen == "list")
    {
        foreach (IScenario item in ScenarioCatalog.All)
        {
            Console.Out.WriteLine($"{item.Name,-24} {item.Description}");
        }

        return 0;
    }

    if (chosen == "all")
    {
        // A process each, so that none measures what another left in memory.
        foreach (IScenario item in ScenarioCatalog.All)
        {
            string[] rest = [.. args.Skip(2)];
            using Process process = Process.Start(Self.With(["scenario", item.Name, .. rest]))!;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                return process.ExitCode;
            }
        }

        return 0;
    }

    if (ScenarioCatalog.Find(chosen) is not { } found)
    {
        Console.Error.WriteLine($"There is no scenario '{chosen}'. 'scenario list' names them.");
        return 2;
    }

    var reporter = new Reporter(parsed.GetValue(json));
    await foreach (Measurement measurement in found.RunAsync(
        parsed.GetValue(records) ?? found.DefaultRecords, parsed.GetValue(rounds)))
    {
        reporter.Add(measurement);
    }

    reporter.Finish();
    return 0;
});

var file = new Argument<string>("file");
var address = new Argument<string>("hub");
var count = new Argument<int>("records");
var blobs = new Option<bool>("--blobs");
var telemetry = new Option<bool>("--telemetry");
var hub = new Command("hub", "The hub's process of a scenario.") { file, blobs, telemetry };
hub.Hidden = true;
hub.SetAction((parsed, _) => HubHost.RunAsync(
    parsed.GetRequiredValue(file), parsed.GetValue(blobs), parsed.GetValue(telemetry)));
var profile = new Argument<string>("profile");
var device = new Command("device", "The device's process of a scenario.") { file, address, profile };
device.Hidden = true;
device.SetAction((parsed, _) => DeviceHost.RunAsync(
    parsed.GetRequiredValue(file), new Uri(parsed.GetRequiredValue(address)), parsed.GetRequiredValue(profile)));
var fill = new Command("fill", "The filling device's process of a scenario.") { file, address, count };
fill.Hidden = true;
fill.SetAction((parsed, _) => FillProcess.FillAsync(
    parsed.GetRequiredValue(file), new Uri(parsed.GetRequiredValue(address)), parsed.GetRequiredValue(count)));

var push = new Command("push", "The pushing device's process of a scenario.") { file, address, telemetry };
push.Hidden = true;
push.SetAction((parsed, _) => PushHost.RunAsync(
    parsed.GetRequiredValue(file), new Uri(parsed.GetRequiredValue(address)), parsed.GetValue(telemetry)));

var micro = new Command("micro", "Benchmarks of single types by BenchmarkDotNet, whose options it takes: --filter *Text*, --list flat.");
micro.TreatUnmatchedTokensAsErrors = false;
micro.SetAction(parsed => BenchmarkSwitcher
    .FromAssembly(typeof(MicroConfig).Assembly)
    .Run([.. parsed.UnmatchedTokens.DefaultIfEmpty("--filter=*")], MicroConfig.Create())
    .All(summary => !summary.HasCriticalValidationErrors) ? 0 : 1);

return await new RootCommand("Benchmarks of Ordo.Sync.") { scenario, micro, hub, device, fill, push }.Parse(args).InvokeAsync();
