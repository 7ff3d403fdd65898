return await SafeLlm.Cli.SafeLlmCommand.RunAsync(args);
